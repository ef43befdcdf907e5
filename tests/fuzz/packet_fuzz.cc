// Whatever arrives: parsing a frame of either link kind, checking its sums, and judging it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "probe/kind.h"
#include "probe/recogniser.h"
#include "probe/tcp_flag_scans.h"
#include "probe/tcp_syn.h"
#include "wire/arp.h"
#include "wire/describe.h"
#include "wire/ethernet.h"
#include "wire/icmpv6.h"
#include "wire/packet.h"
#include "wire/tcp.h"

namespace {

using namespace masscan;

// Has the addresses of the corpus, so that mutants of it get past the first test.
probe::Recogniser make_recogniser(std::span<const probe::Kind* const> kinds) {
  constexpr SipKey kKey{.low = 1, .high = 2};
  const auto v4 = net::IpAddress::parse("10.60.0.122");
  const auto v6 = net::IpAddress::parse("fd00:60::122");
  CHECK(v4);
  CHECK(v6);
  return {
      probe::Cookie(kKey), probe::SourceSet({{*v4, *v4}, {*v6, *v6}}, {40000, 40000}), kinds, {}};
}

std::vector<const probe::Kind*> with_scan(const probe::TcpScan& scan) {
  std::vector<const probe::Kind*> kinds(probe::kinds().begin(), probe::kinds().end());
  std::ranges::replace(kinds, probe::tcp_scans().front().kind, scan.kind);
  return kinds;
}

std::vector<const probe::Kind*> ip_protocols() {
  std::vector<const probe::Kind*> kinds;
  for (std::uint16_t number = 0; number < 256; ++number) {
    kinds.push_back(probe::find_kind({net::Transport::kIp, number}, probe::kTcpSyn));
  }
  return kinds;
}

std::vector<probe::Recogniser> make_recognisers() {
  std::vector<probe::Recogniser> recognisers;
  for (const probe::TcpScan& scan : probe::tcp_scans()) {
    recognisers.push_back(make_recogniser(with_scan(scan)));
  }
  recognisers.push_back(make_recogniser(ip_protocols()));
  return recognisers;
}

// Whatever was believed is about a probe that we would have sent.
void check(const probe::Reply& reply, const net::IpAddress& from) {
  CHECK(reply.flow.source.port == 40000);
  CHECK(probe::find_kind(reply.flow.port, probe::kTcpSyn) != nullptr);
  CHECK(reply.state == record::PortState::kFiltered || from == reply.flow.target);
}

void try_link(Bytes frame, wire::Link link) {
  static const std::vector<probe::Recogniser> recognisers = make_recognisers();
  CHECK(!wire::describe(frame, link).empty());
  const auto packet = wire::Packet::parse(frame, link);
  if (!packet) return;
  CHECK(packet->transport.size() <= frame.size());
  packet->checksums_ok();
  for (const probe::Recogniser& recogniser : recognisers) {
    const probe::Verdict verdict = recogniser.recognise(*packet);
    if (verdict.kind == probe::Verdict::Kind::kReply) check(verdict.reply, packet->source);
  }
  wire::NeighborSolicitation::parse(packet->transport);
  wire::NeighborAdvertisement::parse(packet->transport);
  if (const auto segment = wire::TcpView::parse(packet->transport)) segment->header();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes frame = std::as_bytes(std::span(data, size));
  try_link(frame, wire::Link::kEthernet);
  try_link(frame, wire::Link::kRawIp);
  if (const auto ethernet = wire::EthernetView::parse(frame)) {
    wire::ArpMessage::parse(ethernet->payload());
  }
  return 0;
}
