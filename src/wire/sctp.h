// SCTP packets (RFC 9260, 3): the common header and the beginning of the first chunk.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace masscan::wire {

namespace sctp_chunk {
inline constexpr std::uint8_t kInit = 1;
inline constexpr std::uint8_t kInitAck = 2;
inline constexpr std::uint8_t kAbort = 6;
inline constexpr std::uint8_t kCookieEcho = 10;
inline constexpr std::uint8_t kCookieAck = 11;
}  // namespace sctp_chunk

struct SctpHeader {
  static constexpr std::size_t kLength = 12;

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t verification_tag = 0;

  // Writes the header at the front of a packet, with the checksum over all of it. REQUIRES: the
  // chunks are in place.
  void emit(MutableBytes packet) const;
  bool operator==(const SctpHeader&) const = default;
};

// Valid until: the parsed bytes change.
class SctpView {
 public:
  static constexpr std::size_t kChunkHeaderLength = 4;

  // Nullopt if the header of the first chunk is not there.
  static std::optional<SctpView> parse(Bytes packet);

  SctpHeader header() const {
    return {load_be<std::uint16_t>(packet_, 0), load_be<std::uint16_t>(packet_, 2),
            load_be<std::uint32_t>(packet_, 4)};
  }
  // Zero until the sender's kernel or hardware fills it in.
  std::uint32_t checksum() const { return load_le<std::uint32_t>(packet_, 8); }
  bool is_checksum_right() const;
  std::uint8_t chunk_type() const { return load_be<std::uint8_t>(packet_, SctpHeader::kLength); }
  // Returns the tag of an INIT or INIT ACK, which the other side puts into the header of its
  // packets; nullopt for other chunks, and if it is not there.
  std::optional<std::uint32_t> initiate_tag() const;

 private:
  explicit SctpView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace masscan::wire
