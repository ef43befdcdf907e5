#include "control/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "net/ip_address.h"

namespace masscan::control {

namespace {

// Prometheus' text format, as its readers ask for it.
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

struct Request {
  std::string_view method, path, version;
  std::optional<std::string_view> host = {};
};

struct Response {
  std::string_view status;
  std::string_view type = kTextType;
  std::string body = {};
  std::string_view fields = {};  // further ones, with their line ends
};

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kLetters =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

// The first line of `text`, taken out of it, without its end; nothing if it has none yet.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "GET /metrics?x HTTP/1.1"
std::optional<Request> parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const Request request{.method = line.substr(0, first),
                        .path = target.substr(0, target.find('?')),
                        .version = line.substr(last + 1)};
  const bool is_target = target.starts_with('/') && target.find(' ') == std::string_view::npos;
  const bool is_http = request.version.size() == 8 && request.version.starts_with("HTTP/");
  if (!is_token(request.method) || !is_target || !is_http) return std::nullopt;
  return request;
}

// Whether `line` is a field. A second Host is none (RFC 9112, 3.2).
bool take_field(std::string_view line, Request& request) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
  if (to_lower(line.substr(0, colon)) != "host") return true;
  const bool is_first = !request.host;
  request.host = trim(line.substr(colon + 1));
  return is_first;
}

// "localhost:9100", "127.0.0.1", "[::1]:9100": names that nobody else can lead to us.
bool is_trusted(std::string_view host) {
  const std::size_t port = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  const std::string_view number = host.substr(std::min(port, host.size()));
  if (number.size() > 1 && !parse_number<std::uint16_t>(number.substr(1))) return false;
  const std::string_view name = host.substr(0, port);
  if (name.starts_with('[') && name.ends_with(']')) {
    return net::Ipv6Address::parse(name.substr(1, name.size() - 2)).has_value();
  }
  return to_lower(name) == "localhost" || net::Ipv4Address::parse(name).has_value();
}

// HTTP/1.0 knows no Host, and no browser speaks it.
bool is_for_us(const Request& request) {
  return request.host ? is_trusted(*request.host) : request.version == "HTTP/1.0";
}

Response bad_request() {
  return {.status = "400 Bad Request", .body = "this is not a request of HTTP\n"};
}

Response respond(const Request& request, const std::function<std::string()>& metrics) {
  if (!request.version.starts_with("HTTP/1.")) {
    return {.status = "505 HTTP Version Not Supported", .body = "HTTP/1.1 is spoken here\n"};
  }
  if (!is_for_us(request)) {
    return {.status = "421 Misdirected Request",
            .body = "metrics are told at an address or at localhost, not at another name\n"};
  }
  if (request.path != "/metrics") {
    return {.status = "404 Not Found", .body = "the scan tells its counters at /metrics\n"};
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return {.status = "405 Method Not Allowed",
            .body = "metrics can only be read\n",
            .fields = "Allow: GET, HEAD\r\n"};
  }
  return {.status = "200 OK", .type = kMetricsType, .body = metrics()};
}

std::string to_text(const Response& response, bool has_body) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Cache-Control: no-store\r\n"
      "Connection: close\r\n\r\n{}",
      response.status, response.type, response.body.size(), response.fields,
      has_body ? response.body : "");
}

// Of a head that is complete: nothing otherwise.
std::optional<std::string> answer_head(std::string_view text,
                                       const std::function<std::string()>& metrics) {
  std::optional<std::string_view> line = take_line(text);
  if (line && line->empty()) line = take_line(text);  // RFC 9112, 2.2
  if (!line) return std::nullopt;
  std::optional<Request> request = parse_request_line(*line);
  if (!request) return to_text(bad_request(), true);
  while ((line = take_line(text)) && !line->empty()) {
    if (!take_field(*line, *request)) return to_text(bad_request(), true);
  }
  if (!line) return std::nullopt;
  return to_text(respond(*request, metrics), request->method != "HEAD");
}

}  // namespace

StreamServer::Answer answer_http(std::string& pending, bool has_ended,
                                 const std::function<std::string()>& metrics) {
  if (const auto answer = answer_head(pending, metrics)) return {*answer, true};
  if (pending.size() > kMostRequestBytes) {
    const Response refusal{.status = "431 Request Header Fields Too Large",
                           .body = "the request is too long\n"};
    return {to_text(refusal, true), true};
  }
  if (has_ended && !pending.empty()) return {to_text(bad_request(), true), true};
  return {};
}

}  // namespace masscan::control
