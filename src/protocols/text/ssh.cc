// SSH (RFC 4253): the line by which a service identifies itself, then the algorithms that it offers
// and its host key. Nobody logs in.
#include "banner/lines.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"
#include "protocols/text/ssh_key_exchange.h"

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
  // The end of the line belongs to the text, as masscan has it.
  const std::string_view identification = text.substr(0, text.size() - rest.size());
  const bool is_old = identification.starts_with("SSH-1.");
  const bool speaks_ssh2 = !is_old || identification.starts_with("SSH-1.99");  // section 5.1
  const SshOffer offer = speaks_ssh2 ? read_ssh_offer(as_bytes(rest)) : SshOffer();
  if (speaks_ssh2 && !offer.is_whole && !stream.has_ended) {
    out.request = "SSH-2.0-masscan\r\n";
    append_ssh_key_exchange(out.request, offer);
    return StreamStep::send(1);
  }
  out.add(is_old ? record::Application::kSsh1 : record::Application::kSsh2, identification);
  if (offer.has_lists()) out.add(record::Application::kSshKeys, describe(offer));
  if (!offer.host_key.empty()) append_ssh_goodbye(out.request);
  const std::size_t version_end = line.value_or(text).find('-', kOpening.size());
  if (version_end != std::string_view::npos)
    out.state_software(line.value_or(text).substr(version_end + 1));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kSsh = {.name = "ssh", .ports = kSshPorts, .read = read_ssh};

}  // namespace masscan::protocols
