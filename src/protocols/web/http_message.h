// Requests and answers of HTTP/1.1 (RFC 9112), for the protocols that are spoken over it.
#pragma once

#include <string>
#include <string_view>

#include "banner/lines.h"
#include "banner/stream_protocol.h"

namespace masscan::protocols {

constexpr std::string_view kUserAgent =
    "masscan/2.0 (+https://github.com/robertdavidgraham/masscan)";

// Appends the request that the user wants, but of this path.
void write_http_request(const banner::Peer& peer, const banner::StreamSettings& settings,
                        std::string_view path, std::string& out);

// How HTTP and its like begin an answer: a line and fields.
// Valid until: the bytes of the stream are freed.
struct MessageHead {
  banner::Match match = banner::Match::kNo;  // kMaybe: it is not complete
  std::string_view text;                     // as masscan keeps it: the blank line has no LF
  std::string_view rest;                     // what follows
};

// Reads what begins with `opening`. Nothing behind the first kMaxStreamText bytes is read.
MessageHead read_head(const banner::Stream& stream, std::string_view opening);

struct HttpAnswer {
  MessageHead head;
  bool is_complete = false;  // there will be no more of the body
  std::string body;          // without the marks of chunks
};

HttpAnswer read_http_answer(const banner::Stream& stream);

// Returns the first title whose end is there, without line breaks; empty if there is none.
std::string http_title(const HttpAnswer& answer);

// Adds the banners that every answer has, and those of a service (json_services.h).
// REQUIRES: the answer is complete if it is JSON.
void add_http_texts(const HttpAnswer& answer, const banner::StreamSettings& settings,
                    banner::StreamOutput& out);

}  // namespace masscan::protocols
