// Ethernet II frames. VLAN tags (802.1Q, 802.1ad) are skipped on receive.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "net/mac_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

// The minimum length of a frame on a real cable; the sender pads with zeros.
inline constexpr std::size_t kMinEthernetLength = 60;

struct EthernetHeader {
  static constexpr std::size_t kLength = 14;

  net::MacAddress destination{};
  net::MacAddress source{};
  EtherType type = EtherType::kIpv4;

  void emit(MutableBytes frame) const;
  bool operator==(const EthernetHeader&) const = default;
};

// Valid until: the frame changes.
class EthernetView {
 public:
  static std::optional<EthernetView> parse(Bytes frame);

  net::MacAddress destination() const { return load_mac(frame_, 0); }
  net::MacAddress source() const { return load_mac(frame_, 6); }
  EtherType type() const { return EtherType{load_be<std::uint16_t>(frame_, header_length_ - 2)}; }
  // Returns what follows the type, including padding.
  Bytes payload() const { return frame_.subspan(header_length_); }
  EthernetHeader header() const { return {destination(), source(), type()}; }

 private:
  EthernetView(Bytes frame, std::size_t header_length)
      : frame_(frame), header_length_(header_length) {}

  Bytes frame_;
  std::size_t header_length_;  // including tags
};

}  // namespace masscan::wire
