// Files of results, read as every format: what a line or record holds is what the format writes of
// it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "report/format.h"

namespace {

using masscan::report::Banner;
using masscan::report::Format;
using masscan::report::Parsed;
using masscan::report::Record;

bool is_same(const Record& a, const Record& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port && a.state == b.state &&
         a.reason == b.reason && a.ttl == b.ttl;
}

bool is_same(const Banner& a, const Banner& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port &&
         a.application == b.application && a.ttl == b.ttl && a.text == b.text;
}

// What was written fits masscan's limits; what is read may be longer.
bool is_whole(const Record&) { return true; }
bool is_whole(const Banner& banner) { return banner.text.size() < 2000; }

void append(const Format& format, std::string& out, const Record& record) {
  format.record(out, record);
}
void append(const Format& format, std::string& out, const Banner& banner) {
  format.banner(out, banner);
}

std::string_view without_line_end(const Format& format, std::string_view frame) {
  if (format.frame != masscan::report::line_frame) return frame;
  frame.remove_suffix(1);
  if (frame.ends_with('\r')) frame.remove_suffix(1);
  return frame;
}

template <typename Entry>
void try_entry(const Format& format, const Parsed& parsed) {
  const auto* entry = std::get_if<Entry>(&parsed);
  if (entry == nullptr || !is_whole(*entry)) return;
  std::string written, bytes;
  append(format, written, *entry);
  CHECK(format.frame(written) == written.size());
  const Parsed again = format.parse(without_line_end(format, written), bytes);
  CHECK(std::holds_alternative<Entry>(again));
  CHECK(is_same(std::get<Entry>(again), *entry));
}

void try_file(const Format& format, std::string_view text) {
  std::string bytes;
  for (;;) {
    const auto length = format.frame(text);
    if (length == 0 || length == masscan::report::kEndless) return;
    CHECK(length <= text.size());
    const Parsed parsed = format.parse(without_line_end(format, text.substr(0, length)), bytes);
    try_entry<Record>(format, parsed);
    try_entry<Banner>(format, parsed);
    text.remove_prefix(length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  for (const Format& format : masscan::report::formats()) {
    if (format.parse != nullptr) try_file(format, text);
  }
  return 0;
}
