// TFTP (RFC 1350): the error for a file that is not there. It comes from another port of the
// server.
#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kTftpPorts[] = {69};
constexpr banner::UdpRequest kTftpRequests[] = {
    {.name = "tftp-read", .payload = "\0\x01masscan-test\0netascii\0"sv, .amplification = 2}};
constexpr std::uint16_t kData = 3;
constexpr std::uint16_t kTftpError = 5;
constexpr std::uint16_t kMaxError = 8;  // RFC 2347
constexpr std::size_t kMaxBlock = 512;

std::optional<UdpAnswer> read_tftp(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const auto opcode = reader.be<std::uint16_t>();
  const auto number = reader.be<std::uint16_t>();
  if (!reader.is_ok()) return {};
  banner::AnswerText text(out);
  if (opcode == kData && number == 1 && reader.left() <= kMaxBlock) {
    text.format("data, {} bytes", reader.left());
  } else if (opcode == kTftpError && number <= kMaxError && datagram.back() == std::byte{}) {
    text.format("error {}: ", number);
    text.add(reader.until('\0'));
    if (reader.left() > 0) return {};
  }
  return text.size() > 0 ? std::optional(UdpAnswer{record::Application::kTftp}) : std::nullopt;
}

}  // namespace

constexpr banner::UdpProtocol kTftp = {"tftp", kTftpPorts, kTftpRequests, read_tftp, true};

}  // namespace masscan::protocols
