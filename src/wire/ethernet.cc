#include "wire/ethernet.h"

namespace masscan::wire {
namespace {

constexpr std::size_t kTagLength = 4;

// True for 802.1Q and 802.1ad (customer and service) tags.
bool is_tag(std::uint16_t type) { return type == 0x8100 || type == 0x88a8; }

}  // namespace

void EthernetHeader::emit(MutableBytes frame) const {
  store_mac(frame, 0, destination);
  store_mac(frame, 6, source);
  store_be(frame, 12, static_cast<std::uint16_t>(type));
}

std::optional<EthernetView> EthernetView::parse(Bytes frame) {
  std::size_t length = EthernetHeader::kLength;
  while (length <= frame.size()) {
    if (!is_tag(load_be<std::uint16_t>(frame, length - 2))) return EthernetView(frame, length);
    length += kTagLength;
  }
  return std::nullopt;
}

}  // namespace masscan::wire
