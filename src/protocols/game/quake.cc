// Servers of Quake 3 and its descendants: getinfo and getstatus, which return our challenge.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/game/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kInfo = "\xff\xff\xff\xffinfoResponse\n"sv;
constexpr std::string_view kStatus = "\xff\xff\xff\xffstatusResponse\n"sv;

// The challenge is "masscan-" and four of the letters "@A...O", each of which carries four bits.
constexpr std::string_view kChallenge = "masscan-";
constexpr std::uint32_t kTokenBits = 0x0f0f0f0f;

std::string_view fact_name(std::string_view key) {
  if (key == "hostname" || key == "sv_hostname") return "name";
  if (key == "mapname") return "map";
  if (key == "gamename" || key == "version") return key;
  return {};
}

std::optional<banner::UdpAnswer> read_quake(Bytes datagram, std::string& text) {
  const std::string_view answer = as_text(datagram);
  const bool is_info = answer.starts_with(kInfo);
  if (!is_info && !answer.starts_with(kStatus)) return {};
  banner::Reader in(datagram.subspan((is_info ? kInfo : kStatus).size()));
  banner::Reader variables(in.until('\n'));  // \key\value\key\value
  banner::UdpAnswer identity{.application = record::Application::kQuake,
                             .requests = is_info ? 1u : 2u};
  banner::Facts facts(text);
  facts.add(is_info ? "info" : "status");
  variables.until('\\');
  while (variables.left() > 0) {
    const std::string_view key = as_text(variables.until('\\'));
    const std::string_view value = as_text(variables.until('\\'));
    if (key == "challenge" && value.size() == 12 && value.starts_with(kChallenge)) {
      identity.token = load_be<std::uint32_t>(as_bytes(value), kChallenge.size()) & kTokenBits;
      identity.token_bits = kTokenBits;
    }
    const std::string_view name = fact_name(key);
    if (!name.empty()) facts.add(name, value);
    if (name == "version") identity.software.name = value;
  }
  return identity;
}

constexpr std::uint16_t kQuakePorts[] = {27960};
constexpr banner::UdpRequest kQuakeRequests[] = {
    {.name = "quake-info",
     .payload = "\xff\xff\xff\xffgetinfo masscan-@@@@\n"sv,
     .token_at = 20,
     .token_bits = kTokenBits,
     .amplification = 10},
    {.name = "quake-status",
     .payload = "\xff\xff\xff\xffgetstatus masscan-@@@@\n"sv,
     .token_at = 22,
     .token_bits = kTokenBits,
     .amplification = 63.9},  // Rossow, "Amplification Hell" (2014)
};

}  // namespace

const banner::UdpProtocol kQuake = {"quake", kQuakePorts, kQuakeRequests, read_quake};

}  // namespace masscan::protocols
