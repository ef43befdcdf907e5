#include "cli/help/listing.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"

namespace masscan::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 26;

}  // namespace

std::string default_text(const Option& option) {
  if (option.default_value == nullptr) return "";
  return fmt::format("(default: {})", option.default_value());
}

void append_entry(std::string& out, std::string_view names, std::string_view text,
                  std::string_view ending) {
  std::string line = "  ";
  line += names;
  if (line.size() + 2 > kIndent) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kIndent - 1, ' ');
  std::vector<std::string_view> words = split_words(text);
  if (!ending.empty()) words.push_back(ending);
  for (const std::string_view word : words) {
    if (line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.assign(kIndent - 1, ' ');
    }
    line += ' ';
    line += word;
  }
  out += line + "\n";
}

}  // namespace masscan::cli
