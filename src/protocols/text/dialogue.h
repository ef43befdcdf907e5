// What the protocols of lines share: the service greets, then answers one request after the other.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "banner/stream_protocol.h"

namespace masscan::protocols {

struct Dialogue {
  record::Application application;
  std::span<const std::string_view> requests;  // each is due behind the answer before it
  std::string_view goodbye;
  // Returns the length of the answer at the start of `text`; npos if its end is not there.
  // `request` is the number of what it answers; 0: the greeting.
  std::size_t (*answer_length)(std::string_view text, std::size_t request);
  bool keeps_last_end = false;  // of the text's last line, as masscan does
};

// Reads what is known to be this dialogue. The text is all that was said, as `lines_of` gives it.
banner::StreamStep read_dialogue(const Dialogue& dialogue, const banner::Stream& stream,
                                 banner::StreamOutput& out);

// Lengths of answers: a line; lines up to one that is `last` or, if `last` ends with a blank, that
// begins with it; a reply with a number, which "220-" continues (RFC 959, 4.2). npos if the end is
// not there.
std::size_t line_length(std::string_view text);
std::size_t length_to_line(std::string_view text, std::string_view last);
std::size_t reply_length(std::string_view text);

// Returns lines as text: without CR and without the LF of the last one.
std::string lines_of(std::string_view text, bool keeps_last_end = false);

// Returns the name and version of a program that is known to greet with them; empty if none is.
std::string_view stated_software(std::string_view text);

bool is_at(std::span<const std::uint16_t> ports, const banner::Stream& stream);

}  // namespace masscan::protocols
