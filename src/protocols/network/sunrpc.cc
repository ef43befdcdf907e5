// Programs of ONC RPC (RFC 5531): portmapper and NFS. Procedure 0 of a version that does not exist
// does nothing; the error tells which versions do.
#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;
using record::Application;

constexpr std::uint16_t kPortmapPorts[] = {111};
constexpr std::uint16_t kNfsPorts[] = {2049};
constexpr banner::UdpRequest kPortmapRequests[] = {
    {.name = "portmap-null",
     .payload = "\0\0\0\0\0\0\0\0\0\0\0\x02\0\x01\x86\xa0"
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
     .token_bits = 0xffffffff}};
constexpr banner::UdpRequest kNfsRequests[] = {
    {.name = "nfs-null",
     .payload = "\0\0\0\0\0\0\0\0\0\0\0\x02\0\x01\x86\xa3"
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
     .token_bits = 0xffffffff}};

constexpr std::uint32_t kReply = 1;
constexpr std::uint32_t kAccepted = 0;
constexpr std::uint32_t kDenied = 1;
constexpr std::uint32_t kSuccess = 0;
constexpr std::uint32_t kUnavailable = 1;
constexpr std::uint32_t kMismatch = 2;
constexpr std::uint32_t kMaxVerifier = 400;

void add_versions(banner::Reader& reader, banner::AnswerText& text) {
  const auto low = reader.be<std::uint32_t>();
  const auto high = reader.be<std::uint32_t>();
  if (low == high)
    text.format(" v{}", low);
  else
    text.format(" v{}-{}", low, high);
}

void add_accepted(banner::Reader& reader, banner::AnswerText& text) {
  reader.skip(4);  // the flavour of the verifier
  const auto length = reader.be<std::uint32_t>();
  reader.skip(length <= kMaxVerifier ? length : reader.left() + 1);
  const auto status = reader.be<std::uint32_t>();
  if (status == kMismatch)
    add_versions(reader, text);
  else if (status == kUnavailable)
    text.add(" unavailable");
  else if (status != kSuccess)
    text.format(" error {}", status);
}

std::optional<UdpAnswer> read_reply(Bytes datagram, std::string& out, std::string_view program,
                                    Application application) {
  banner::Reader reader(datagram);
  const auto token = reader.be<std::uint32_t>();
  const bool is_reply = reader.be<std::uint32_t>() == kReply;
  const auto status = reader.be<std::uint32_t>();
  if (!is_reply || status > kDenied) return {};
  banner::AnswerText text(out);
  text.add(program);
  if (status == kAccepted) {
    add_accepted(reader, text);
  } else {
    text.format(" denied, {}", reader.be<std::uint32_t>() == 0 ? "RPC version" : "authentication");
    static_cast<void>(reader.rest());
  }
  if (!reader.is_ok() || reader.left() > 0) return {};
  return UdpAnswer{application, token, 0xffffffff};
}

std::optional<UdpAnswer> read_portmap(Bytes datagram, std::string& text) {
  return read_reply(datagram, text, "portmap", Application::kPortmap);
}

std::optional<UdpAnswer> read_nfs(Bytes datagram, std::string& text) {
  return read_reply(datagram, text, "nfs", Application::kNfs);
}

}  // namespace

constexpr banner::UdpProtocol kPortmap = {"portmap", kPortmapPorts, kPortmapRequests, read_portmap};
constexpr banner::UdpProtocol kNfs = {"nfs", kNfsPorts, kNfsRequests, read_nfs};

}  // namespace masscan::protocols
