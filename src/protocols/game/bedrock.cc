// Minecraft Bedrock: the unconnected ping of RakNet.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/game/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kUnconnectedPong = 0x1c;
constexpr std::string_view kMagic =
    "\x00\xff\xff\x00\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78"sv;

// "edition;name;protocol;version;players;most players;..."
banner::StatedSoftware add_status(banner::Reader& in, banner::Facts& facts) {
  banner::StatedSoftware software{.name = as_text(in.until(';'))};
  facts.add("edition", software.name);
  facts.add("name", as_text(in.until(';')));
  facts.add("protocol", as_text(in.until(';')));
  software.version = as_text(in.until(';'));
  facts.add("version", software.version);
  return software;
}

std::optional<banner::UdpAnswer> read_bedrock(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  if (in.be<std::uint8_t>() != kUnconnectedPong) return {};
  const auto token = in.be<std::uint32_t>();  // our time
  in.skip(4 + 8);                             // its rest, the server
  if (as_text(in.take(kMagic.size())) != kMagic) return {};
  banner::Reader status(in.take(in.be<std::uint16_t>()));
  if (!in.is_ok()) return {};
  banner::Facts facts(text);
  facts.add("bedrock");
  const banner::StatedSoftware software = add_status(status, facts);
  return banner::UdpAnswer{.application = record::Application::kMinecraft,
                           .token = token,
                           .token_bits = ~0u,
                           .software = software};
}

constexpr std::uint16_t kBedrockPorts[] = {19132};
constexpr banner::UdpRequest kBedrockRequests[] = {{
    .name = "bedrock-ping",
    .payload = "\x01????scan"
               "\x00\xff\xff\x00\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78"
               "masscan1"sv,
    .token_at = 1,
    .token_bits = ~0u,
    .amplification = 5,
}};

}  // namespace

const banner::UdpProtocol kBedrock = {"minecraft-bedrock", kBedrockPorts, kBedrockRequests,
                                      read_bedrock};

}  // namespace masscan::protocols
