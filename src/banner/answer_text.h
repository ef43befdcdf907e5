// The text of one answer: appended to what is there already, and cut where it gets too long.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace masscan::banner {

constexpr std::size_t kMaxAnswerText = 1024;  // bytes

class AnswerText {
 public:
  explicit AnswerText(std::string& out) : out_(out), start_(out.size()) {}

  std::size_t size() const { return out_.size() - start_; }
  void add(std::string_view text) { out_.append(text.substr(0, kMaxAnswerText - size())); }
  void add(Bytes bytes) { add(as_text(bytes)); }
  template <typename... Args>
  void format(fmt::format_string<Args...> pattern, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Args>(args)...);
    if (size() > kMaxAnswerText) out_.resize(start_ + kMaxAnswerText);
  }
  // Separates items: nothing before the first one.
  void separate(char separator) {
    if (size() > 0) add(std::string_view(&separator, 1));
  }

 private:
  std::string& out_;
  std::size_t start_;
};

}  // namespace masscan::banner
