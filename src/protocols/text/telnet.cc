// Telnet (RFC 854): what the service says to who refuses all options, and which ones it asks for.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "banner/lines.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kTelnetPorts[] = {23, 2323};
constexpr std::uint8_t kEndOfOption = 240;
constexpr std::uint8_t kOption = 250;
constexpr std::uint8_t kWill = 251;
constexpr std::uint8_t kWont = 252;
constexpr std::uint8_t kDo = 253;
constexpr std::uint8_t kDont = 254;
constexpr std::uint8_t kCommand = 255;
constexpr unsigned kMaxAnswers = 64;

struct Session {
  std::string text;
  std::array<std::string, 2> options;  // those of DO and of WILL: "24,32"
  std::string answers;
  unsigned answer_count = 0;
  bool has_prompt = false;  // it waits for a name or a password
};

// Refuses an option that is asked for. It is refused once, so that no loop can begin (RFC 1143).
class Refusals {
 public:
  void add(std::uint8_t command, std::uint8_t option, Session& session) {
    if (command != kDo && command != kWill) return;
    const std::size_t kind = command == kDo ? 0 : 1;
    if (asked_[kind].test(option)) return;
    asked_[kind].set(option);
    std::string& options = session.options[kind];
    fmt::format_to(std::back_inserter(options), "{}{}", options.empty() ? "" : ",", option);
    if (session.answer_count == kMaxAnswers) return;
    ++session.answer_count;
    const std::uint8_t answer = command == kDo ? kWont : kDont;
    for (const std::uint8_t byte : {kCommand, answer, option})
      session.answers += static_cast<char>(byte);
  }

 private:
  std::array<std::bitset<256>, 2> asked_;
};

// Reads the command behind kCommand.
void read_command(banner::Reader& reader, Refusals& refusals, Session& session) {
  const auto command = reader.be<std::uint8_t>();
  if (command == kCommand) {
    session.text += static_cast<char>(kCommand);
  } else if (command == kOption) {
    for (std::uint8_t before = 0, byte = 0; reader.is_ok(); before = byte) {
      byte = reader.be<std::uint8_t>();
      if (before == kCommand && byte == kEndOfOption) break;
    }
  } else if (command >= kWill) {
    const auto option = reader.be<std::uint8_t>();
    if (reader.is_ok()) refusals.add(command, option, session);
  }
}

// Reads up to the first prompt.
Session read_session(Bytes received) {
  constexpr std::string_view kPrompts[] = {"ogin: ", "sername: ", "assword: "};
  Session session;
  Refusals refusals;
  banner::Reader reader(received);
  while (reader.left() > 0 && !session.has_prompt) {
    const auto byte = reader.be<std::uint8_t>();
    if (byte == kCommand)
      read_command(reader, refusals, session);
    else if (byte != 0)
      session.text += static_cast<char>(byte);
    session.has_prompt = byte == ' ' && std::ranges::any_of(kPrompts, [&](std::string_view end) {
                           return session.text.ends_with(end);
                         });
  }
  return session;
}

// Tells whether a stream begins with an option, or with a prompt.
Match begins_as_telnet(std::string_view text) {
  constexpr std::string_view kPrompts[] = {"login:", "username:", "password:"};
  if (text.starts_with('\xff')) {
    if (text.size() == 1) return Match::kMaybe;
    return static_cast<std::uint8_t>(text[1]) >= kOption && text[1] != '\xff' ? Match::kYes
                                                                              : Match::kNo;
  }
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const std::string start = to_lower(text.substr(0, kPrompts[1].size()));
  Match best = Match::kNo;
  for (const std::string_view prompt : kPrompts)
    best = std::max(best, banner::begins_with(start, prompt));
  return best;
}

StreamStep read_telnet(const banner::Stream& stream, banner::StreamOutput& out) {
  const Match match = begins_as_telnet(as_text(stream.received));
  if (match == Match::kMaybe && !stream.has_ended) return StreamStep::more();
  if (match != Match::kYes) return StreamStep::foreign();
  const Session session = read_session(stream.received);
  if (!session.has_prompt && !stream.has_ended) {
    if (session.answer_count == 0) return StreamStep::more();
    // It repeats earlier answers, because it is not known here how many of them are sent. The
    // service ignores what refuses an option that is off (RFC 1143).
    out.request = session.answers;
    return StreamStep::send(session.answer_count);
  }
  if (!session.text.empty()) out.add(record::Application::kTelnet, session.text);
  const auto& [asked, offered] = session.options;
  std::string options = asked.empty() ? "" : "do=" + asked;
  if (!offered.empty()) options.append(asked.empty() ? "will=" : " will=").append(offered);
  if (!options.empty()) out.add(record::Application::kTelnet, options);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kTelnet = {
    .name = "telnet", .ports = kTelnetPorts, .read = read_telnet};

}  // namespace masscan::protocols
