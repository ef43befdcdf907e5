#include "wire/checksum.h"

namespace masscan::wire {

Checksum& Checksum::add(Bytes bytes) {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) add(load_be<std::uint64_t>(bytes));
  for (; bytes.size() >= 2; bytes = bytes.subspan(2)) add(load_be<std::uint16_t>(bytes));
  // padded with a zero byte
  if (!bytes.empty()) add(std::to_integer<std::uint64_t>(bytes[0]) << 8);
  return *this;
}

}  // namespace masscan::wire
