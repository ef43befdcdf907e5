// IRC (RFC 2812): what a server says before a client registers.
#include <algorithm>

#include "banner/lines.h"
#include "base/text.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kIrcPorts[] = {6667, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6668, 6669};

// Tells whether the first line is a notice, an error or, behind the server's name, a number.
Match begins_as_irc(std::string_view text) {
  constexpr std::size_t kMaxLine = 512;
  if (!text.starts_with(':'))
    return std::max(banner::begins_with(text, "NOTICE "), banner::begins_with(text, "ERROR :"));
  const bool is_line = text.find('\n') != std::string_view::npos;
  if (!is_line && text.size() < kMaxLine) return Match::kMaybe;
  const auto words = split_words(text.substr(0, text.find('\n')));
  if (!is_line || words.size() < 3) return Match::kNo;
  return words[1] == "NOTICE" || words[1] == "ERROR" || parse_number<std::uint16_t>(words[1])
             ? Match::kYes
             : Match::kNo;
}

StreamStep read_irc(const banner::Stream& stream, banner::StreamOutput& out) {
  const Match match = begins_as_irc(as_text(stream.received));
  if (match == Match::kNo) return StreamStep::foreign();
  if (!stream.has_ended) return StreamStep::more();  // no line is known to be the last
  if (match != Match::kYes) return StreamStep::foreign();
  out.add(record::Application::kIrc, lines_of(as_text(stream.received)));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kIrc = {.name = "irc", .ports = kIrcPorts, .read = read_irc};

}  // namespace masscan::protocols
