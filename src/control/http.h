// As much of HTTP/1.1 (RFC 9112) as it takes to answer those who read metrics: GET and HEAD of
// /metrics, one request a connection.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "control/stream_server.h"

namespace masscan::control {

// A longer head of a request is refused.
constexpr std::size_t kMostRequestBytes = 8192;

// Answers what a client has said once that is a whole request; see StreamServer::Converse.
// `metrics` makes the text, when somebody asks for it: by an address or as localhost. A page in a
// browser that has its own name lead to our address (DNS rebinding) sends that name, and gets
// nothing.
StreamServer::Answer answer_http(std::string& pending, bool has_ended,
                                 const std::function<std::string()>& metrics);

}  // namespace masscan::control
