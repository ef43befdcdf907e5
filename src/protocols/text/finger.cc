// Finger (RFC 1288): who is logged on.
#include <algorithm>

#include "banner/lines.h"
#include "base/text.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;

constexpr std::uint16_t kFingerPorts[] = {79};
constexpr std::string_view kWords[] = {"login", "logged", "user", "finger", "idle"};

// What a daemon says that looks up the words of a request of HTTP.
constexpr std::string_view kOfHttp = "finger: GET: no such user";

// The protocol has no form, so the answer must come to our question and speak of users, or to that
// of HTTP. It ends with the connection.
StreamStep read_finger(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  const bool is_text = text.find('\0') == std::string_view::npos && !text.starts_with("HTTP/") &&
                       !text.starts_with("SSH-") && !text.starts_with('<');
  const auto match = stream.was_asked ? banner::Match::kYes : banner::begins_with(text, kOfHttp);
  if (!is_text || match == banner::Match::kNo) return StreamStep::foreign();
  if (!stream.has_ended) return StreamStep::more();
  const std::string words = to_lower(text);
  const bool is_finger = std::ranges::any_of(
      kWords, [&](std::string_view word) { return words.find(word) != std::string::npos; });
  if (match != banner::Match::kYes || !is_finger) return StreamStep::foreign();
  out.add(record::Application::kFinger, lines_of(text));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kFinger = {
    .name = "finger", .ports = kFingerPorts, .hello = "\r\n", .read = read_finger};

}  // namespace masscan::protocols
