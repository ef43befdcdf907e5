// Text becomes bytes only where that is said, and what is read is not written to.
#include "base/bytes.h"

#include <string>

namespace masscan {

const std::string kText = "text";
const Bytes kBytes = as_bytes(kText);
std::uint16_t swap(MutableBytes to, Bytes from) {
  store_be<std::uint16_t>(to, 0, load_be<std::uint16_t>(from));
  return load_be<std::uint16_t>(kBytes);
}

#ifdef MISTAKES
const Bytes kFromLiteral = "text";  // error: no viable conversion|conversion from
const Bytes kFromString = kText;    // error: no viable conversion|conversion from
const std::string_view kFromBytes = kBytes;  // error: no viable conversion|conversion from
void write(Bytes from) {
  MutableBytes to = from;              // error: no viable conversion|conversion from
  store_be<std::uint8_t>(from, 0, 1);  // error: no matching function|could not convert
  from[0] = to[0];  // error: cannot assign|read-only|no viable overloaded|no match
}
int read(Bytes from) {
  return load_be<int>(from);  // error: no matching function
}
#endif

}  // namespace masscan
