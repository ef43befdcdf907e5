// Writes the text of an answer: words and "name=value", with ", " between them, on one line.
// Values are foreign bytes as they came; formats escape them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "banner/answer_text.h"

namespace masscan::banner {

class Facts {
 public:
  static constexpr std::size_t kMaxValue = 128;  // bytes of a value that are kept

  // REQUIRES: `text` outlives this.
  explicit Facts(std::string& text) : text_(text) {}

  void add(std::string_view word) {
    begin();
    text_.add(word.substr(0, kMaxValue));
  }
  // A value that is empty says nothing and is left out.
  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin();
    text_.format("{}={}", name, value.substr(0, kMaxValue));
  }
  void add(std::string_view name, std::uint64_t number) {
    add(name, std::string_view(fmt::format_int(number).c_str()));
  }
  // Adds a word to the last value.
  void extend(std::string_view word) {
    text_.add(" ");
    text_.add(word.substr(0, kMaxValue));
  }

 private:
  void begin() {
    if (text_.size() > 0) text_.add(", ");
  }

  AnswerText text_;
};

}  // namespace masscan::banner
