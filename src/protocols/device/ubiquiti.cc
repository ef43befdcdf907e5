// Discovery of Ubiquiti devices, which tell name, model and firmware.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

std::string_view field_name(std::uint8_t type) {
  switch (type) {
    case 0x03:
      return "firmware";
    case 0x0b:
      return "host";
    case 0x0c:
      return "model";
    case 0x0d:
      return "essid";
    case 0x14:
      return "full-model";
    default:
      return {};
  }
}

std::optional<banner::UdpAnswer> read_ubiquiti(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto version = in.be<std::uint8_t>();
  const auto command = in.be<std::uint8_t>();
  const bool is_v1 = version == 1 && command == 0;
  const bool is_v2 = version == 2 && (command == 6 || command == 9 || command == 11);
  if ((!is_v1 && !is_v2) || in.be<std::uint16_t>() != in.left() || in.left() == 0) return {};
  banner::Facts facts(text);
  facts.add("version", version);
  banner::StatedSoftware software;
  while (in.left() > 0) {
    const auto type = in.be<std::uint8_t>();
    const Bytes value = in.take(in.be<std::uint16_t>());
    const std::string_view name = field_name(type);
    if (!name.empty()) facts.add(name, as_text(value));
    if (name == "firmware") software.name = as_text(value);
  }
  return banner::UdpAnswer{.application = record::Application::kUbiquiti, .software = software};
}

constexpr std::uint16_t kUbiquitiPorts[] = {10001};
constexpr banner::UdpRequest kUbiquitiRequests[] = {
    {.name = "ubiquiti-discovery", .payload = "\x01\x00\x00\x00"sv, .amplification = 35},
};

}  // namespace

const banner::UdpProtocol kUbiquiti = {"ubiquiti", kUbiquitiPorts, kUbiquitiRequests,
                                       read_ubiquiti};

}  // namespace masscan::protocols
