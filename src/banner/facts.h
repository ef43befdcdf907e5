// Writes the text of an answer: words and "name=value", with ", " between them, on one line.
// Values are foreign bytes as they came; formats escape them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace masscan::banner {

class Facts {
 public:
  static constexpr std::size_t kMaxValue = 128;  // bytes of a value that are kept
  static constexpr std::size_t kMaxText = 1024;  // facts that would begin behind it are dropped

  // REQUIRES: `text` outlives this.
  explicit Facts(std::string& text) : text_(text), start_(text.size()) {}

  void add(std::string_view word) {
    if (begin()) text_ += word.substr(0, kMaxValue);
  }
  // A value that is empty says nothing and is left out.
  void add(std::string_view name, std::string_view value) {
    if (value.empty() || !begin()) return;
    fmt::format_to(std::back_inserter(text_), "{}={}", name, value.substr(0, kMaxValue));
  }
  void add(std::string_view name, std::uint64_t number) {
    add(name, std::string_view(fmt::format_int(number).c_str()));
  }
  // Adds a word to the last value.
  void extend(std::string_view word) {
    if (is_full()) return;
    text_ += ' ';
    text_ += word.substr(0, kMaxValue);
  }

 private:
  bool is_full() const { return text_.size() - start_ > kMaxText; }
  bool begin() {
    if (is_full()) return false;
    if (text_.size() > start_) text_ += ", ";
    return true;
  }

  std::string& text_;
  const std::size_t start_;
};

}  // namespace masscan::banner
