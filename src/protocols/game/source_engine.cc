// Servers of the Source engine: A2S_INFO. New ones answer with a challenge first.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/game/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kSinglePacket = 0xffffffff;

bool read_info(banner::Reader& in, banner::Facts& facts, banner::StatedSoftware& software) {
  in.skip(1);  // the protocol
  const std::string_view name = as_text(in.until('\0'));
  const std::string_view map = as_text(in.until('\0'));
  in.until('\0');  // the folder
  const std::string_view game = as_text(in.until('\0'));
  in.skip(2 + 3 + 2);  // number of the game, players, kind and system of the server
  in.skip(2);          // password, protection against cheats
  if (!in.is_ok()) return false;
  facts.add("name", name);
  facts.add("game", game);
  facts.add("map", map);
  software = {game, as_text(in.until('\0'))};
  facts.add("version", software.version);
  return true;
}

// No answer has room for a token.
std::optional<banner::UdpAnswer> read_source_engine(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  if (in.be<std::uint32_t>() != kSinglePacket) return {};
  const auto type = in.be<std::uint8_t>();
  banner::Facts facts(text);
  banner::StatedSoftware software;
  if (type == 'A' && in.left() == 4) {
    facts.add("challenge");
  } else if (type != 'I' || !read_info(in, facts, software)) {
    return {};
  }
  return banner::UdpAnswer{.application = record::Application::kSource, .software = software};
}

constexpr std::uint16_t kSourceEnginePorts[] = {27015};
constexpr banner::UdpRequest kSourceEngineRequests[] = {{
    .name = "source-info",
    .payload = "\xff\xff\xff\xffTSource Engine Query\0"sv,
    .amplification = 5.5,  // Rossow, "Amplification Hell" (2014)
}};

}  // namespace

const banner::UdpProtocol kSourceEngine = {"source", kSourceEnginePorts, kSourceEngineRequests,
                                           read_source_engine};

}  // namespace masscan::protocols
