#include "probe/stamp_batch.h"

#include <cstring>

#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace masscan::probe {
namespace {

using Columns = StampBatch::Columns;
using Words = std::span<const std::uint64_t>;

// As wire::Checksum::finish.
[[gnu::always_inline]] inline std::uint64_t finish(std::uint64_t sum) {
  sum = (sum >> 32) + (sum & 0xffffffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  sum = (sum >> 16) + (sum & 0xffff);
  return ~sum & 0xffff;
}

[[gnu::always_inline]] inline std::uint64_t halves(std::uint64_t word) {
  return (word >> 32) + (word & 0xffffffff);
}

// Neither branches nor calls, so that the compiler makes of it whatever vectors it may use.
[[gnu::always_inline]] inline void compute(const TcpStamper::Template& prepared, Words high,
                                           Words low, Columns& columns) {
  const std::uint64_t ip_sum = prepared.ip_sum;
  const std::uint64_t tcp_sum = prepared.tcp_sum;
  for (std::size_t i = 0; i < low.size(); ++i) {
    const std::uint64_t ports = columns.ports[i];
    const std::uint64_t sequence = columns.sequence[i];
    const std::uint64_t identification = (low[i] ^ ports ^ sequence) & 0xffff;
    const std::uint64_t addresses = halves(columns.source_high[i]) + halves(columns.source_low[i]) +
                                    halves(high[i]) + halves(low[i]);
    columns.identification[i] = identification;
    columns.ip_checksum[i] = finish(ip_sum + addresses + identification);
    columns.tcp_checksum[i] = finish(tcp_sum + addresses + ports + sequence);
  }
}

void compute_scalar(const TcpStamper::Template& prepared, Words high, Words low, Columns& columns) {
  compute(prepared, high, low, columns);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void compute_avx2(const TcpStamper::Template& prepared, Words high,
                                          Words low, Columns& columns) {
  compute(prepared, high, low, columns);
}
#endif

// Most frames fit into this; of constant length, a copy is a few wide stores.
constexpr std::size_t kUsualLength = 64;

void copy(const TcpStamper::Template& prepared, MutableBytes frame) {
  std::memcpy(frame.data(), prepared.frame.data(), kUsualLength);
  if (prepared.length <= kUsualLength) return;
  std::memcpy(frame.data() + kUsualLength, prepared.frame.data() + kUsualLength,
              TcpStamper::kMaxLength - kUsualLength);
}

void write_tcp(MutableBytes segment, const Columns& columns, std::size_t i) {
  store_be(segment, 0, static_cast<std::uint32_t>(columns.ports[i]));
  store_be(segment, 4, static_cast<std::uint32_t>(columns.sequence[i]));
  store_be(segment, 16, static_cast<std::uint16_t>(columns.tcp_checksum[i]));
}

void write_ipv4(MutableBytes packet, const TargetColumns& targets, const Columns& columns,
                std::size_t i) {
  store_be(packet, 4, static_cast<std::uint16_t>(columns.identification[i]));
  store_be(packet, 10, static_cast<std::uint16_t>(columns.ip_checksum[i]));
  store_be(packet, 12, columns.source_low[i] << 32 | targets.low[i]);
  write_tcp(packet.subspan(wire::Ipv4Header::kLength), columns, i);
}

void write_ipv6(MutableBytes packet, const TargetColumns& targets, const Columns& columns,
                std::size_t i) {
  store_be(packet, 8, columns.source_high[i]);
  store_be(packet, 16, columns.source_low[i]);
  store_be(packet, 24, targets.high[i]);
  store_be(packet, 32, targets.low[i]);
  write_tcp(packet.subspan(wire::Ipv6Header::kLength), columns, i);
}

}  // namespace

StampBatch::StampBatch(InstructionSet instructions) : compute_(choose(instructions)) {}

StampBatch::Kernel StampBatch::choose([[maybe_unused]] InstructionSet instructions) {
#if defined(__x86_64__)
  if (instructions == InstructionSet::kAvx2) return compute_avx2;
#endif
  return compute_scalar;
}

std::size_t StampBatch::operator()(const TcpStamper& stamper, const SourceSet& sources,
                                   const net::MacAddress& next_hop, const TargetColumns& targets,
                                   std::span<const std::uint64_t> cookies,
                                   std::span<const MutableBytes> frames) const {
  DCHECK(frames.size() <= kMost && frames.size() == cookies.size());
  DCHECK(frames.size() == targets.low.size());
  const net::Family family = targets.families.front();
  TcpStamper::Template prepared = stamper.prepared(family);
  if (prepared.link_length != 0) wire::store_mac(prepared.frame, 0, next_hop);

  Columns columns;
  choose_sources(sources, targets, cookies, columns);
  compute_(prepared, targets.high, targets.low, columns);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    copy(prepared, frames[i]);
    const MutableBytes packet = frames[i].subspan(prepared.link_length);
    if (family == net::Family::kIpv4) {
      write_ipv4(packet, targets, columns, i);
    } else {
      write_ipv6(packet, targets, columns, i);
    }
  }
  return prepared.length;
}

void StampBatch::choose_sources(const SourceSet& sources, const TargetColumns& targets,
                                std::span<const std::uint64_t> cookies, Columns& columns) {
  const net::Family family = targets.families.front();
  const SourceSet::Chooser chooser = sources.chooser(family);
  const net::IpAddress first = sources.address(family, 0);
  const bool is_only = sources.count(family) == 1;
  for (std::size_t i = 0; i < cookies.size(); ++i) {
    const SourceSet::Choice choice = chooser(cookies[i]);
    columns.ports[i] = std::uint64_t{choice.port} << 16 | targets.ports[i].number;
    columns.sequence[i] = sequence_of(cookies[i]);
    const net::IpAddress source = is_only ? first : sources.address(family, choice.address);
    columns.source_high[i] = source.high();
    columns.source_low[i] = source.low();
  }
}

}  // namespace masscan::probe
