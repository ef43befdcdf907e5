#include "probe/stamp_batch.h"

#include <cstring>

#include "wire/crc32c.h"

namespace masscan::probe {
namespace {

using Columns = StampBatch::Columns;
using Words = std::span<const std::uint64_t>;

// Same as wire::Checksum::finish.
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

// The fields are zero in the template, so its checksums only need the sum of their values (RFC
// 1624). The identification is masscan's: a retransmitted frame has the bytes of the first.
//
// The function has no branches and no calls, so that the compiler can vectorise it.
[[gnu::always_inline]] inline void compute(const PreparedFrame& prepared, Words high, Words low,
                                           Columns& columns) {
  const std::uint64_t ip_sum = prepared.ip_sum;
  const std::uint64_t transport_sum = prepared.transport_sum;
  const std::uint64_t covered = prepared.at.covers_addresses ? ~std::uint64_t{0} : 0;
  const std::uint64_t zero = prepared.at.is_never_zero ? 0xffff : 0;
  const std::uint64_t cookie_bits = prepared.at.cookie_bits;
  const std::uint64_t copied = prepared.at.cookie_copy != 0 ? ~std::uint64_t{0} : 0;
  const std::uint64_t cookie_word = prepared.cookie_word;
  // At an odd offset each byte counts in the other half of a word (RFC 1071, 2).
  const unsigned shift = prepared.at.cookie % 2 == 0 ? 0 : 8;
  const std::uint64_t derived = prepared.ip_id ? 0 : 0xffff;
  const std::uint64_t fixed = prepared.ip_id.value_or(0);
  for (std::size_t i = 0; i < low.size(); ++i) {
    const std::uint64_t ports = columns.ports[i];
    const std::uint64_t cookie = columns.cookie[i];
    const std::uint64_t carried = cookie & cookie_bits;
    const std::uint64_t identification = ((low[i] ^ ports ^ cookie) & derived) | fixed;
    const std::uint64_t addresses = halves(columns.source_high[i]) + halves(columns.source_low[i]) +
                                    halves(high[i]) + halves(low[i]);
    columns.identification[i] = identification;
    columns.ip_checksum[i] = finish(ip_sum + addresses + identification);
    const std::uint64_t checksum = finish(transport_sum + (addresses & covered) + ports +
                                          (carried << shift) + (carried & copied));
    columns.transport_checksum[i] = checksum == 0 ? zero : checksum;
    columns.cookie[i] = cookie_word | carried;
  }
}

void compute_scalar(const PreparedFrame& prepared, Words high, Words low, Columns& columns) {
  compute(prepared, high, low, columns);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void compute_avx2(const PreparedFrame& prepared, Words high, Words low,
                                          Columns& columns) {
  compute(prepared, high, low, columns);
}
#endif

// Most frames fit; a copy of constant length is a few wide stores.
constexpr std::size_t kUsualLength = 64;
using Beginning = std::array<std::byte, kUsualLength>;

// Returns the part that all frames to one next hop share.
Beginning beginning_of(const PreparedFrame& prepared, const net::MacAddress& next_hop) {
  Beginning beginning;
  std::memcpy(beginning.data(), prepared.bytes.data(), kUsualLength);
  if (prepared.link_length != 0) wire::store_mac(beginning, 0, next_hop);
  return beginning;
}

// Copies the template with this beginning. The numbers are apart from the template: otherwise they
// would be read again after each store.
[[gnu::always_inline]] inline void copy(const Beginning& beginning, const std::byte* bytes,
                                        std::size_t length, MutableBytes frame) {
  std::memcpy(frame.data(), beginning.data(), kUsualLength);
  if (length <= kUsualLength) return;
  constexpr std::size_t kTail = PreparedFrame::kUsualMaxLength - kUsualLength;
  std::memcpy(frame.data() + kUsualLength, bytes + kUsualLength, kTail);
  constexpr std::size_t kCopied = kUsualLength + kTail;
  if (length > kCopied) std::memcpy(frame.data() + kCopied, bytes + kCopied, length - kCopied);
}

void write_ipv4(MutableBytes packet, const Columns& columns, std::uint64_t low, std::size_t i) {
  store_be(packet, 4, static_cast<std::uint16_t>(columns.identification[i]));
  store_be(packet, 10, static_cast<std::uint16_t>(columns.ip_checksum[i]));
  store_be(packet, 12, columns.source_low[i] << 32 | low);
}

void write_ipv6(MutableBytes packet, const Columns& columns, std::uint64_t high, std::uint64_t low,
                std::size_t i) {
  store_be(packet, 8, columns.source_high[i]);
  store_be(packet, 16, columns.source_low[i]);
  store_be(packet, 24, high);
  store_be(packet, 32, low);
}

// The order matters: the cookie may overlap the target's port.
void write_transport(MutableBytes frame, PreparedFrame::Fields at, const Columns& columns,
                     std::size_t i) {
  store_be(frame, at.ports, static_cast<std::uint32_t>(columns.ports[i]));
  store_be(frame, at.cookie, static_cast<std::uint32_t>(columns.cookie[i]));
  store_be(frame, at.cookie_copy, static_cast<std::uint32_t>(columns.cookie[i]));
  store_be(frame, at.checksum, static_cast<std::uint16_t>(columns.transport_checksum[i]));
}

// Covers the transport with zero in the place of the checksum. The low byte is the first.
void write_crc(const PreparedFrame& prepared, MutableBytes frame) {
  store_le(frame, prepared.at.checksum, std::uint32_t{0});
  const Bytes covered = frame.first(prepared.length).subspan(prepared.transport_at);
  const std::uint32_t crc = wire::Crc32c().add(covered).finish();
  store_le(frame, prepared.at.checksum, crc ^ prepared.crc_change);
}

}  // namespace

StampBatch::StampBatch(InstructionSet instructions) : compute_(choose(instructions)) {}

StampBatch::Kernel StampBatch::choose([[maybe_unused]] InstructionSet instructions) {
#if defined(__x86_64__)
  if (instructions == InstructionSet::kAvx2) return compute_avx2;
#endif
  return compute_scalar;
}

void StampBatch::operator()(const PreparedFrame& prepared, const SourceSet& sources,
                            const net::MacAddress& next_hop, const TargetColumns& targets,
                            std::span<const std::uint64_t> cookies,
                            std::span<net::TxFrame> slots) const {
  DCHECK(slots.size() <= kMost && slots.size() == cookies.size());
  DCHECK(slots.size() == targets.low.size());
  DCHECK(prepared.family == targets.families.front());
  Columns columns;
  choose_sources(sources, targets, cookies, columns);
  write(prepared, next_hop, targets.high, targets.low, columns, slots);
}

void StampBatch::one(const PreparedFrame& prepared, const net::MacAddress& next_hop,
                     const Flow& flow, std::uint32_t word, net::TxFrame& slot) const {
  DCHECK(prepared.family == flow.target.family());
  Columns columns;
  columns.source_high[0] = flow.source.address.high();
  columns.source_low[0] = flow.source.address.low();
  columns.ports[0] = std::uint64_t{flow.source.port} << 16 | flow.port.number;
  columns.cookie[0] = word;
  const std::uint64_t high = flow.target.high();
  const std::uint64_t low = flow.target.low();
  write(prepared, next_hop, {&high, 1}, {&low, 1}, columns, {&slot, 1});
}

void StampBatch::write(const PreparedFrame& prepared, const net::MacAddress& next_hop, Words high,
                       Words low, Columns& columns, std::span<net::TxFrame> slots) const {
  const Beginning beginning = beginning_of(prepared, next_hop);
  const std::byte* const bytes = prepared.bytes.data();
  const std::size_t length = prepared.length;
  const std::size_t link_length = prepared.link_length;
  const bool is_v4 = prepared.family == net::Family::kIpv4;
  PreparedFrame::Fields at = prepared.at;
  if (at.cookie_copy == 0) at.cookie_copy = at.cookie;
  compute_(prepared, high, low, columns);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const MutableBytes frame = slots[i].buffer;
    DCHECK(frame.size() >= prepared.bytes.size());
    copy(beginning, bytes, length, frame);
    if (is_v4) {
      write_ipv4(frame.subspan(link_length), columns, low[i], i);
    } else {
      write_ipv6(frame.subspan(link_length), columns, high[i], low[i], i);
    }
    write_transport(frame, at, columns, i);
    slots[i].length = length;
  }
  if (!prepared.at.is_crc32c) return;
  for (const net::TxFrame& slot : slots) write_crc(prepared, slot.buffer);
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
    columns.cookie[i] = carried_part(cookies[i]);
    const net::IpAddress source = is_only ? first : sources.address(family, choice.address);
    columns.source_high[i] = source.high();
    columns.source_low[i] = source.low();
  }
}

}  // namespace masscan::probe
