// Any frame, whatever question is open: nothing is learned that was not asked, and a reply is a
// whole frame from our MAC.
#include <array>

#include "base/check.h"
#include "stack/neighbors.h"
#include "wire/ethernet.h"

using namespace masscan;

namespace {

constexpr std::array<std::byte, 6> kOctets = {std::byte{2}, {}, {}, {}, {}, std::byte{1}};
const net::MacAddress kOurMac(kOctets);
const net::Ipv4Address kAskedV4(0x0a000002);
const net::Ipv6Address kAskedV6(make_uint128(0xfd00000000000000, 2));

stack::Neighbors make_neighbors() {
  const net::IpAddress first = net::Ipv4Address(0x0a00004d);
  const net::IpAddress second = net::Ipv6Address(make_uint128(0xfd00000000000000, 0x77));
  return stack::Neighbors::make({.mac = kOurMac,
                                 .source_v4 = net::Ipv4Address(0x0a000001),
                                 .source_v6 = net::Ipv6Address(make_uint128(0xfd00ull << 48, 1)),
                                 .answers_for = {{first, first}, {second, second}}})
      .value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stack::Neighbors neighbors = make_neighbors();
  std::array<std::byte, stack::Neighbors::kFrameBytes> buffer;
  neighbors.find(kAskedV4, Instant());
  neighbors.find(kAskedV6, Instant());
  while (neighbors.next_request(buffer, Instant())) continue;
  const Bytes frame = std::as_bytes(std::span(data, size));
  const stack::NeighborEvent heard = neighbors.on_frame(frame, buffer, Instant());
  if (heard.learned) CHECK(*heard.learned == kAskedV4 || *heard.learned == kAskedV6);
  if (heard.reply_length == 0) return 0;
  const auto reply = wire::EthernetView::parse(Bytes(buffer).first(heard.reply_length));
  CHECK(reply.has_value());
  CHECK(reply->source() == kOurMac);
  return 0;
}
