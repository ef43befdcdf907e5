#include "control/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "net/ip_address.h"

namespace masscan::control {

namespace {

// Prometheus' text format.
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

struct Response {
  std::string_view status;
  std::string body;
  std::string_view type = kTextType;
};

// The lines before the blank one; nothing if that has not arrived. Blank lines before the request
// are no part of it (RFC 9112, 2.2).
std::optional<std::string_view> find_head(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  for (std::string_view rest = text; rest.find('\n') != std::string_view::npos;) {
    if (take_line(rest).empty()) return text.substr(0, text.size() - rest.size());
  }
  return std::nullopt;
}

// True for "localhost:9100", "127.0.0.1", "[::1]:9100": names that DNS rebinding cannot use.
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

// Whether every Host among the fields is trusted, and there is one if it is needed.
bool is_for_us(std::string_view fields, bool needs_host) {
  bool has_host = false;
  while (!fields.empty()) {
    constexpr std::string_view kHost = "host:";
    const std::string_view field = take_line(fields);
    if (to_lower(field.substr(0, kHost.size())) != kHost) continue;
    if (!is_trusted(trim(field.substr(kHost.size())))) return false;
    has_host = true;
  }
  return has_host || !needs_host;
}

std::string to_text(const Response& response, bool has_body = true) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n\r\n{}",
      response.status, response.type, response.body.size(), has_body ? response.body : "");
}

// "GET /metrics?x HTTP/1.1" and fields. HTTP/1.0 knows no Host, and no browser speaks it.
std::string answer_head(std::string_view fields, const std::function<std::string()>& metrics) {
  std::vector<std::string_view> words = split_words(take_line(fields));
  words.resize(3);
  if (!is_for_us(fields, words[2] != "HTTP/1.0")) {
    return to_text({"421 Misdirected Request",
                    "metrics are told at an address or at localhost, not at another name\n"});
  }
  const bool is_head = words[0] == "HEAD";
  if ((!is_head && words[0] != "GET") || words[1].substr(0, words[1].find('?')) != "/metrics") {
    return to_text({"404 Not Found", "a scan answers GET of /metrics with its counters\n"},
                   !is_head);
  }
  return to_text({"200 OK", metrics(), kMetricsType}, !is_head);
}

}  // namespace

StreamServer::Answer answer_http(std::string& pending, bool has_ended,
                                 const std::function<std::string()>& metrics) {
  if (const auto head = find_head(pending)) return {answer_head(*head, metrics), true};
  if (pending.size() > kMostRequestBytes) {
    return {to_text({"431 Request Header Fields Too Large", "the request is too long\n"}), true};
  }
  if (has_ended && !pending.empty()) {
    return {to_text({"400 Bad Request", "this is not a request of HTTP\n"}), true};
  }
  return {};
}

}  // namespace masscan::control
