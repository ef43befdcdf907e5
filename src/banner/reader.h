// Reads fields of foreign bytes in order. A field behind the end reads as zero and spoils the
// reader, so that a parser checks `is_ok` once instead of before each field.
// Valid until: the bytes are freed.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

#include "base/bytes.h"

namespace masscan::banner {

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  // False once a field did not fit.
  bool is_ok() const { return is_ok_; }
  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t at() const { return at_; }

  template <std::unsigned_integral T>
  T be() {
    const Bytes field = take(sizeof(T));
    return field.size() == sizeof(T) ? load_be<T>(field) : T{0};
  }
  template <std::unsigned_integral T>
  T le() {
    const Bytes field = take(sizeof(T));
    return field.size() == sizeof(T) ? load_le<T>(field) : T{0};
  }
  // Returns the next `count` bytes; none if they are not there.
  Bytes take(std::size_t count) {
    if (count > left()) {
      is_ok_ = false;
      at_ = bytes_.size();
      return {};
    }
    const Bytes field = bytes_.subspan(at_, count);
    at_ += count;
    return field;
  }
  void skip(std::size_t count) { static_cast<void>(take(count)); }
  Bytes rest() { return take(left()); }
  // Returns the bytes before the next `end`, which is skipped; all that are left if there is none.
  Bytes until(char end) {
    const std::size_t found = as_text(bytes_.subspan(at_)).find(end);
    if (found == std::string_view::npos) return rest();
    const Bytes field = take(found);
    skip(1);
    return field;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool is_ok_ = true;
};

}  // namespace masscan::banner
