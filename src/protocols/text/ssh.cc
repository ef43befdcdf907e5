// SSH (RFC 4253): the line by which a service identifies itself, then the algorithms it offers.
#include <fmt/format.h>

#include "banner/lines.h"
#include "banner/reader.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;

constexpr std::uint16_t kSshPorts[] = {22, 2222};
constexpr std::string_view kOpening = "SSH-";

// Returns where the identification begins; npos if it is not there. A service may say other lines
// before it (section 4.2); elsewhere than at an SSH port nobody waits for it behind them.
std::size_t find_identification(std::string_view text, const banner::Stream& stream) {
  if (text.starts_with(kOpening)) return 0;
  if (!is_at(kSshPorts, stream)) return std::string_view::npos;
  const std::size_t line_end = text.find("\nSSH-");
  return line_end == std::string_view::npos ? line_end : line_end + 1;
}

// Returns the algorithms of SSH_MSG_KEXINIT (section 7.1) at the start of `bytes`, empty if it is
// something else; nullopt if it is not whole.
std::optional<std::string> read_algorithms(Bytes bytes) {
  constexpr std::uint32_t kMinLength = 18;     // before the lists
  constexpr std::uint32_t kMaxLength = 35000;  // section 6.1
  constexpr std::uint8_t kKexinit = 20;
  constexpr std::size_t kCookieBytes = 16;
  // Empty: what a client is to send, as what it receives almost always.
  constexpr std::string_view kLists[] = {"kex", "hostkey", "", "cipher", "", "mac"};
  banner::Reader packet(bytes);
  const auto length = packet.be<std::uint32_t>();
  if (packet.is_ok() && (length < kMinLength || length > kMaxLength)) return "";
  packet.skip(1);  // length of the padding
  const auto type = packet.be<std::uint8_t>();
  if (!packet.is_ok()) return std::nullopt;
  if (type != kKexinit) return "";
  if (bytes.size() - sizeof(length) < length) return std::nullopt;
  banner::Reader message(bytes.subspan(packet.at(), sizeof(length) + length - packet.at()));
  message.skip(kCookieBytes);
  std::string text;
  for (const std::string_view name : kLists) {
    const std::string_view list = as_text(message.take(message.be<std::uint32_t>()));
    if (!message.is_ok()) return "";
    if (!name.empty())
      fmt::format_to(std::back_inserter(text), "{}{}={}", text.empty() ? "" : " ", name, list);
  }
  return text;
}

StreamStep read_ssh(const banner::Stream& stream, banner::StreamOutput& out) {
  std::string_view text = as_text(stream.received);
  const std::size_t start = find_identification(text, stream);
  if (start == std::string_view::npos) {
    const bool may_follow =
        is_at(kSshPorts, stream) || banner::begins_with(text, kOpening) == banner::Match::kMaybe;
    return may_follow && !stream.has_ended ? StreamStep::more() : StreamStep::foreign();
  }
  text.remove_prefix(start);
  std::string_view rest = text;
  const auto line = banner::take_line(rest);
  if (!line && !stream.has_ended) return StreamStep::more();
  if (!line) rest = {};
  const auto algorithms = read_algorithms(as_bytes(rest));
  if (!algorithms && !stream.has_ended) {
    out.request = "SSH-2.0-masscan\r\n";
    return StreamStep::send(1);
  }
  // The end of the line belongs to the text, as masscan has it.
  const std::string_view identification = text.substr(0, text.size() - rest.size());
  const bool is_old = identification.starts_with("SSH-1.");
  out.add(is_old ? record::Application::kSsh1 : record::Application::kSsh2, identification);
  if (algorithms && !algorithms->empty()) out.add(record::Application::kSshKeys, *algorithms);
  const std::size_t version_end = line.value_or(text).find('-', kOpening.size());
  if (version_end != std::string_view::npos)
    out.state_software(line.value_or(text).substr(version_end + 1));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kSsh = {.name = "ssh", .ports = kSshPorts, .read = read_ssh};

}  // namespace masscan::protocols
