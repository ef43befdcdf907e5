#include "wire/icmp.h"

#include "wire/checksum.h"

namespace masscan::wire {
namespace {

void emit_with_zero_checksum(const IcmpHeader& header, MutableBytes message) {
  store_be(message, 0, header.type);
  store_be(message, 1, header.code);
  store_be(message, 2, std::uint16_t{0});
  store_be(message, 4, header.rest);
}

}  // namespace

void IcmpHeader::emit(MutableBytes message) const {
  emit_with_zero_checksum(*this, message);
  store_be(message, 2, Checksum().add(message).finish());
}

void IcmpHeader::emit(MutableBytes message, net::Ipv6Address source,
                      net::Ipv6Address destination) const {
  emit_with_zero_checksum(*this, message);
  const std::uint16_t checksum =
      Checksum()
          .add_pseudo_header(source, destination, Protocol::kIcmpv6, message.size())
          .add(message)
          .finish();
  store_be(message, 2, checksum);
}

std::optional<IcmpView> IcmpView::parse(Bytes message) {
  if (message.size() < IcmpHeader::kLength) return std::nullopt;
  return IcmpView(message);
}

}  // namespace masscan::wire
