// Streams of binary messages that state their own length, for the readers of such protocols. Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "banner/lines.h"
#include "banner/stream_protocol.h"

namespace masscan::banner {

// What the messages of a protocol begin with.
struct Framing {
  std::string_view opening{};    // bytes that are the same in each, which lie
  std::size_t opening_at = 0;    // here
  std::size_t length_at = 0;     // where the length is stated,
  std::size_t length_bytes = 2;  // in so many bytes
  std::endian order = std::endian::big;
  std::size_t uncounted = 0;  // bytes of the message that the stated length leaves out
  std::size_t least = 1;      // length of the shortest and the longest one that are read
  std::size_t most = kMaxStreamText;
  bool is_answer = true;  // it makes no sense without our hello
};

class Messages {
 public:
  // REQUIRES: `stream` and what `framing` borrows outlive this.
  Messages(const Stream& stream, const Framing& framing)
      : stream_(stream), framing_(framing), rest_(stream.received) {}

  // Takes the next message, whole with its header. Empty: see `step`.
  Bytes take() {
    const std::string_view text = as_text(rest_);
    const std::size_t length_end = framing_.length_at + framing_.length_bytes;
    const bool fits = rest_.size() < framing_.opening_at ||
                      begins_with(text.substr(framing_.opening_at), framing_.opening) != Match::kNo;
    is_foreign_ = !fits || (framing_.is_answer && !stream_.was_asked);
    if (is_foreign_ || rest_.size() < length_end) return {};
    std::size_t length = 0;
    for (std::size_t i = 0; i < framing_.length_bytes; ++i) {
      const bool is_big = framing_.order == std::endian::big;
      const std::size_t at = is_big ? framing_.length_at + i : length_end - 1 - i;
      length = length << 8 | std::to_integer<std::size_t>(rest_[at]);
    }
    length += framing_.uncounted;
    is_foreign_ = length < framing_.least || length > framing_.most;
    if (is_foreign_ || length > rest_.size()) return {};
    const Bytes message = rest_.first(length);
    rest_ = rest_.subspan(length);
    return message;
  }

  // What a reader says when there is no next message and it needs one.
  StreamStep step() const {
    return is_foreign_ || stream_.has_ended ? StreamStep::foreign() : StreamStep::more();
  }

 private:
  const Stream& stream_;
  const Framing& framing_;
  Bytes rest_;
  bool is_foreign_ = false;
};

}  // namespace masscan::banner
