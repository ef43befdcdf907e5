// A slot to write a frame into, lent by a queue.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace masscan::net {

// The writer sets `length`.
struct TxFrame {
  MutableBytes buffer;
  std::size_t length = 0;
};

}  // namespace masscan::net
