// Files of results, read as every format: what a line holds is what the format writes of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "report/format.h"

namespace {

using masscan::report::Format;
using masscan::report::Record;

bool is_same(const Record& a, const Record& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port && a.state == b.state &&
         a.reason == b.reason && a.ttl == b.ttl;
}

void try_line(const Format& format, std::string_view line) {
  const auto record = format.parse(line);
  if (!record) return;
  std::string written;
  format.record(written, *record);
  written.resize(written.size() - (written.ends_with("\r\n") ? 2 : 1));
  const auto again = format.parse(written);
  CHECK(again.has_value());
  CHECK(is_same(*again, *record));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  for (const Format& format : masscan::report::formats()) {
    if (format.parse == nullptr) continue;
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      try_line(format, std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return 0;
}
