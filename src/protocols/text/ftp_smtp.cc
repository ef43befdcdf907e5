// FTP (RFC 959) and SMTP (RFC 5321), which greet alike: by a reply with a number.
#include <algorithm>

#include "banner/lines.h"
#include "base/text.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;
using record::Application;

constexpr std::uint16_t kFtpPorts[] = {21, 2121};
constexpr std::uint16_t kSmtpPorts[] = {25, 587, 2525};
constexpr std::string_view kFtpRequests[] = {"AUTH TLS\r\n"};
constexpr std::string_view kSmtpRequests[] = {"EHLO masscan\r\n"};
constexpr std::string_view kReady = "220";

std::size_t answer_length(std::string_view text, std::size_t) { return reply_length(text); }

// Tells whether a stream begins with a greeting or with a refusal.
banner::Match begins_with_reply(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  const std::string_view code = text.substr(0, kDigits);
  const auto is_code = [&](std::string_view one) {
    return code.starts_with(one) || one.starts_with(code);
  };
  const bool fits = (is_code(kReady) || is_code("421") || is_code("5")) &&
                    code.find_first_not_of("0123456789") == std::string_view::npos;
  if (!fits) return banner::Match::kNo;
  if (text.size() <= kDigits) return banner::Match::kMaybe;
  const bool is_reply = std::string_view(" -\r\n").find(text[kDigits]) != std::string_view::npos;
  return is_reply ? banner::Match::kYes : banner::Match::kNo;
}

// Tells whether a greeting is that of a dictionary: it ends with its capabilities and with the name
// of a message (RFC 2229, 3.1), as "220 lab dictd 1.13 <auth.mime> <1.2.3@lab>".
bool is_dict(std::string_view greeting) {
  const std::vector<std::string_view> words = split_words(banner::take_line(greeting).value_or(""));
  const auto is_bracketed = [](std::string_view word) {
    return word.starts_with('<') && word.ends_with('>');
  };
  return words.size() > 2 && std::all_of(words.end() - 2, words.end(), is_bracketed);
}

// Returns the protocol of a greeting: its words decide, then the port. A service that states
// nothing speaks FTP; but if it refuses us, that may be any protocol.
Application protocol_of(std::string_view greeting, const banner::Stream& stream) {
  const std::string words = to_lower(greeting);
  if (words.find("smtp") != std::string::npos) return Application::kSmtp;
  if (words.find("ftp") != std::string::npos) return Application::kFtp;
  if (is_at(kSmtpPorts, stream) || greeting.starts_with("521")) return Application::kSmtp;
  if (is_dict(greeting)) return Application::kUnknown;
  const bool is_ready = greeting.starts_with(kReady);
  return is_ready || is_at(kFtpPorts, stream) ? Application::kFtp : Application::kUnknown;
}

StreamStep read_replies(Dialogue dialogue, const banner::Stream& stream,
                        banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  const banner::Match match = begins_with_reply(text);
  if (match == banner::Match::kNo) return StreamStep::foreign();
  const std::size_t length = reply_length(text);
  if (!stream.has_ended && length == std::string_view::npos) return StreamStep::more();
  if (match != banner::Match::kYes) return StreamStep::foreign();
  const std::string_view greeting = text.substr(0, length);
  if (protocol_of(greeting, stream) != dialogue.application) return StreamStep::foreign();
  if (!greeting.starts_with(kReady)) dialogue.requests = {};  // it refuses us
  return read_dialogue(dialogue, stream, out);
}

StreamStep read_ftp(const banner::Stream& stream, banner::StreamOutput& out) {
  const StreamStep step =
      read_replies({Application::kFtp, kFtpRequests, "QUIT\r\n", answer_length}, stream, out);
  const bool awaits_tls =
      !out.texts().empty() && out.texts().front().text.find("\n234") != std::string::npos;
  if (awaits_tls) out.request.clear();
  return step;
}

StreamStep read_smtp(const banner::Stream& stream, banner::StreamOutput& out) {
  return read_replies({Application::kSmtp, kSmtpRequests, "QUIT\r\n", answer_length}, stream, out);
}

}  // namespace

constinit const banner::StreamProtocol kFtp = {.name = "ftp", .ports = kFtpPorts, .read = read_ftp};
constinit const banner::StreamProtocol kSmtp = {
    .name = "smtp", .ports = kSmtpPorts, .read = read_smtp};

}  // namespace masscan::protocols
