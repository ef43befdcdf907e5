#include "wire/udp.h"

#include <algorithm>

#include "wire/checksum.h"

namespace masscan::wire {

// A checksum of zero would mean that there is none.
void UdpHeader::emit(MutableBytes datagram, const net::IpAddress& source,
                     const net::IpAddress& destination) const {
  store_be(datagram, 0, source_port);
  store_be(datagram, 2, destination_port);
  store_be(datagram, 4, static_cast<std::uint16_t>(datagram.size()));
  store_be(datagram, 6, std::uint16_t{0});
  const std::uint16_t checksum =
      Checksum()
          .add_pseudo_header(source, destination, Protocol::kUdp, datagram.size())
          .add(datagram)
          .finish();
  store_be(datagram, 6, checksum == 0 ? std::uint16_t{0xffff} : checksum);
}

std::optional<UdpView> UdpView::parse(Bytes datagram) {
  const auto quoted = parse_quoted(datagram);
  if (!quoted) return std::nullopt;
  const std::size_t length = load_be<std::uint16_t>(datagram, 4);
  if (length < UdpHeader::kLength || length > datagram.size()) return std::nullopt;
  return UdpView(datagram.first(length));
}

std::optional<UdpView> UdpView::parse_quoted(Bytes beginning) {
  if (beginning.size() < UdpHeader::kLength) return std::nullopt;
  return UdpView(beginning);
}

}  // namespace masscan::wire
