#include "wire/sctp.h"

#include <array>

#include "wire/crc32c.h"

namespace masscan::wire {
namespace {

constexpr std::size_t kChecksumAt = 8;
constexpr std::size_t kInitiateTagAt = 16;

// Covers the packet with zero in the place of the checksum.
std::uint32_t checksum_of(Bytes packet) {
  constexpr std::array<std::byte, sizeof(std::uint32_t)> kZero{};
  return Crc32c()
      .add(packet.first(kChecksumAt))
      .add(kZero)
      .add(packet.subspan(kChecksumAt + kZero.size()))
      .finish();
}

}  // namespace

void SctpHeader::emit(MutableBytes packet) const {
  store_be(packet, 0, source_port);
  store_be(packet, 2, destination_port);
  store_be(packet, 4, verification_tag);
  store_le(packet, kChecksumAt, checksum_of(packet));
}

std::optional<SctpView> SctpView::parse(Bytes packet) {
  if (packet.size() < SctpHeader::kLength + kChunkHeaderLength) return std::nullopt;
  return SctpView(packet);
}

bool SctpView::is_checksum_right() const { return checksum() == checksum_of(packet_); }

std::optional<std::uint32_t> SctpView::initiate_tag() const {
  const bool has_tag = chunk_type() == sctp_chunk::kInit || chunk_type() == sctp_chunk::kInitAck;
  if (!has_tag || packet_.size() < kInitiateTagAt + sizeof(std::uint32_t)) return std::nullopt;
  return load_be<std::uint32_t>(packet_, kInitiateTagAt);
}

}  // namespace masscan::wire
