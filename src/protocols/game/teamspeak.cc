// TeamSpeak 3: the first packet of a client, which the server answers with a puzzle and without
// remembering it.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/game/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

std::optional<banner::UdpAnswer> read_teamspeak(Bytes datagram, std::string& text) {
  constexpr std::string_view kBeginning = "TS3INIT1\x00\x65\x88\x01"sv;
  if (datagram.size() != 32 || !as_text(datagram).starts_with(kBeginning)) return {};
  banner::Facts(text).add("TS3INIT1");
  // Our random number is the last field, in reverse.
  return banner::UdpAnswer{record::Application::kTeamspeak, load_le<std::uint32_t>(datagram, 28),
                           ~0u};
}

constexpr std::uint16_t kTeamspeakPorts[] = {9987};
constexpr banner::UdpRequest kTeamspeakRequests[] = {{
    .name = "teamspeak-init",
    .payload = "TS3INIT1\x00\x65\x00\x00\x88"             // packet 101 of no client
               "\x06\x3b\xec\xe9\x00\x5f\x00\x00\x00"     // a version, step 0, a time
               "????\x00\x00\x00\x00\x00\x00\x00\x00"sv,  // random
    .token_at = 22,
    .token_bits = ~0u,
}};

}  // namespace

const banner::UdpProtocol kTeamspeak = {"teamspeak", kTeamspeakPorts, kTeamspeakRequests,
                                        read_teamspeak};

}  // namespace masscan::protocols
