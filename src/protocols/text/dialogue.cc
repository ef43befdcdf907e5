#include "protocols/text/dialogue.h"

#include <algorithm>

#include "banner/lines.h"
#include "base/text.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;

constexpr std::size_t kNone = std::string_view::npos;

// Names that begin alike: the longer one first.
constexpr std::string_view kPrograms[] = {
    "vsFTPd",
    "ProFTPD",
    "Pure-FTPd",
    "FileZilla Server",
    "Microsoft FTP Service",
    "Microsoft ESMTP MAIL Service",
    "OpenSMTPD",
    "Postfix",
    "Exim",
    "Sendmail",
    "Dovecot",
    "Cyrus IMAP",
    "Cyrus POP3",
    "Courier-IMAP",
    "InterNetNews NNRP server INN",
    "InterNetNews server INN",
    "Leafnode NNTP Daemon",
};

// Returns the length of the lines up to the first one that is the last.
template <typename IsLast>
std::size_t lines_length(std::string_view text, IsLast is_last) {
  std::string_view rest = text;
  while (const auto line = banner::take_line(rest)) {
    if (is_last(*line)) return text.size() - rest.size();
  }
  return kNone;
}

// Returns the length of the version that follows a program's name, with what leads to it; 0 if none
// does.
std::size_t version_length(std::string_view text) {
  constexpr std::string_view kLeads[] = {" ", " v", " version ", ", version "};
  for (const std::string_view lead : kLeads) {
    const bool is_version =
        text.starts_with(lead) && text.size() > lead.size() && is_digit(text[lead.size()]);
    if (is_version) return std::min(text.find_first_of(" ,;)]\r\n", lead.size()), text.size());
  }
  return 0;
}

}  // namespace

StreamStep read_dialogue(const Dialogue& dialogue, const banner::Stream& stream,
                         banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  std::size_t end = 0;
  for (std::size_t answer = 0; answer <= dialogue.requests.size(); ++answer) {
    const std::size_t length = dialogue.answer_length(text.substr(end), answer);
    if (length != kNone) {
      end += length;
    } else if (stream.has_ended) {
      end = text.size();
    } else {
      if (answer == 0) return StreamStep::more();
      out.request = dialogue.requests[answer - 1];
      return StreamStep::send(static_cast<unsigned>(answer));
    }
  }
  out.add(dialogue.application, lines_of(text.substr(0, end), dialogue.keeps_last_end));
  out.state_software(stated_software(text.substr(0, end)));
  out.request = dialogue.goodbye;
  return StreamStep::done();
}

std::size_t line_length(std::string_view text) {
  return lines_length(text, [](std::string_view) { return true; });
}

std::size_t length_to_line(std::string_view text, std::string_view last) {
  return lines_length(text, [&](std::string_view line) {
    return line == last || (last.ends_with(' ') && line.starts_with(last));
  });
}

std::size_t reply_length(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  const std::string_view code = text.substr(0, kDigits);
  const bool goes_on = text.substr(code.size()).starts_with('-');
  return lines_length(text, [&](std::string_view line) {
    return !goes_on || (line.starts_with(code) && !line.substr(kDigits).starts_with('-'));
  });
}

std::string lines_of(std::string_view text, bool keeps_last_end) {
  std::string lines(text);
  std::erase(lines, '\r');
  if (!keeps_last_end && lines.ends_with('\n')) lines.pop_back();
  return lines;
}

std::string_view stated_software(std::string_view text) {
  for (const std::string_view program : kPrograms) {
    const std::size_t at = text.find(program);
    if (at == kNone) continue;
    return text.substr(at, program.size() + version_length(text.substr(at + program.size())));
  }
  return {};
}

bool is_at(std::span<const std::uint16_t> ports, const banner::Stream& stream) {
  return std::ranges::find(ports, stream.peer.port) != ports.end();
}

}  // namespace masscan::protocols
