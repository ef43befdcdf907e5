// CRC32c, the checksum of SCTP (RFC 9260, appendix A): reflected, polynomial 0x1EDC6F41.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace masscan::wire {

class Crc32c {
 public:
  Crc32c& add(Bytes bytes);
  // SCTP transmits the value with its low byte first.
  std::uint32_t finish() const { return ~remainder_; }

 private:
  std::uint32_t remainder_ = ~0u;
};

}  // namespace masscan::wire
