// Requests of HTTP: whatever is said, and however it is cut into pieces, the answer is one response
// with the length that it names, and metrics are told to GET alone.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "control/http.h"

namespace {

using namespace masscan;
using masscan::control::StreamServer;

constexpr std::string_view kMetrics = "masscan_answers_total 1\n";

control::StreamServer::Answer answer(std::string text, bool has_ended) {
  return masscan::control::answer_http(text, has_ended, [] { return std::string(kMetrics); });
}

void check_response(std::string_view request, std::string_view response) {
  CHECK(response.starts_with("HTTP/1.1 "));
  const std::size_t end = response.find("\r\n\r\n");
  CHECK(end != std::string_view::npos);
  const std::string_view body = response.substr(end + 4);
  const std::string_view field = "\r\nContent-Length: ";
  const std::size_t length = response.find(field);
  CHECK(length < end);
  const std::string_view digits = response.substr(length + field.size());
  const auto named = masscan::parse_number<std::size_t>(digits.substr(0, digits.find('\r')));
  CHECK(named.has_value() && (body.empty() || *named == body.size()));
  const bool is_told = response.starts_with("HTTP/1.1 200 ");
  if (!is_told) return;
  CHECK(body.empty() || body == kMetrics);
  CHECK(request.find("/metrics") != std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const control::StreamServer::Answer ended = answer(text, true);
  CHECK(ended.is_last == !ended.text.empty());
  CHECK(ended.is_last || text.empty());
  if (ended.is_last) check_response(text, ended.text);
  for (std::size_t length = 0; length <= size; ++length) {
    const control::StreamServer::Answer early = answer(text.substr(0, length), false);
    CHECK(early.is_last == !early.text.empty());
    if (!early.is_last) continue;
    check_response(text, early.text);
    break;
  }
  return 0;
}
