#include "wire/arp.h"

#include "wire/protocol.h"

namespace masscan::wire {
namespace {

// Hardware type Ethernet (1) and protocol type IPv4; address lengths 6 and 4: the first six bytes.
constexpr std::uint32_t kHardwareAndProtocol = 0x00010800;
constexpr std::uint16_t kLengths = 0x0604;

}  // namespace

std::optional<ArpMessage> ArpMessage::parse(Bytes message) {
  if (message.size() < kLength) return std::nullopt;
  if (load_be<std::uint32_t>(message, 0) != kHardwareAndProtocol) return std::nullopt;
  if (load_be<std::uint16_t>(message, 4) != kLengths) return std::nullopt;
  const Operation operation{load_be<std::uint16_t>(message, 6)};
  if (operation != Operation::kRequest && operation != Operation::kReply) return std::nullopt;
  return ArpMessage{.operation = operation,
                    .sender_mac = load_mac(message, 8),
                    .sender = load_ipv4(message, 14),
                    .target_mac = load_mac(message, 18),
                    .target = load_ipv4(message, 24)};
}

void ArpMessage::emit(MutableBytes message) const {
  store_be(message, 0, kHardwareAndProtocol);
  store_be(message, 4, kLengths);
  store_be(message, 6, static_cast<std::uint16_t>(operation));
  store_mac(message, 8, sender_mac);
  store_ipv4(message, 14, sender);
  store_mac(message, 18, target_mac);
  store_ipv4(message, 24, target);
}

}  // namespace masscan::wire
