#include "cli/help/listing.h"

#include "base/text.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 26;

}  // namespace

void append_entry(std::string& out, std::string_view names, std::string_view sentence) {
  std::string line = "  ";
  line += names;
  if (line.size() + 2 > kIndent) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kIndent - 1, ' ');
  for (const std::string_view word : split_words(sentence)) {
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
