// The part of HTTP/1.1 (RFC 9112) needed to serve metrics: GET and HEAD of /metrics, one request
// per connection.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "control/stream_server.h"

namespace masscan::control {

// A longer request head is refused.
constexpr std::size_t kMostRequestBytes = 8192;

// Answers a complete request; see StreamServer::Converse. `metrics` makes the text. Only requests
// for an address or for localhost get it: a web page that lets its own name resolve to our address
// (DNS rebinding) sends that name as Host.
StreamServer::Answer answer_http(std::string& pending, bool has_ended,
                                 const std::function<std::string()>& metrics);

}  // namespace masscan::control
