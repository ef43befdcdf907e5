// Files of results, read as every format: what a line or record holds is what the format writes of
// it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "format/format.h"

namespace {

using namespace masscan;
using masscan::format::FileItem;
using masscan::format::Format;
using masscan::record::Banner;
using masscan::record::Record;

bool is_same(const record::Record& a, const record::Record& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port && a.state == b.state &&
         a.reason == b.reason && a.ttl == b.ttl;
}

bool is_same(const record::Banner& a, const record::Banner& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port &&
         a.application == b.application && a.ttl == b.ttl && a.text == b.text;
}

// What was written fits masscan's limits; what is read may be longer. Records of spools have states
// that binary files have not.
bool is_whole(const format::Format& format, const record::Record& record) {
  return format.name != "binary" || record.state == record::PortState::kOpen ||
         record.state == record::PortState::kClosed || record.state == record::PortState::kUp;
}
bool is_whole(const format::Format&, const record::Banner& banner) {
  return banner.text.size() < 2000;
}

void append(const format::Format& format, std::string& out, const record::Record& record) {
  format.record(out, record);
}
void append(const format::Format& format, std::string& out, const record::Banner& banner) {
  format.banner(out, banner);
}

std::string_view without_line_end(const format::Format& format, std::string_view frame) {
  if (format.item_length != masscan::format::line_length) return frame;
  frame.remove_suffix(1);
  if (frame.ends_with('\r')) frame.remove_suffix(1);
  return frame;
}

// Binary files have the software of a banner in spools only, which formats do not write.
bool has_software(const format::Format& format, const FileItem& item, std::string_view software) {
  const auto* const banner = std::get_if<record::Banner>(&item);
  return banner == nullptr || format.name == "binary" || banner->software == software;
}

template <typename Entry>
void try_entry(const format::Format& format, const FileItem& parsed) {
  const auto* entry = std::get_if<Entry>(&parsed);
  if (entry == nullptr || !is_whole(format, *entry)) return;
  std::string written, bytes;
  append(format, written, *entry);
  CHECK(format.item_length(written) == written.size());
  const FileItem again = format.parse(without_line_end(format, written), bytes);
  CHECK(std::holds_alternative<Entry>(again));
  CHECK(is_same(std::get<Entry>(again), *entry));
  if (const auto* const banner = std::get_if<record::Banner>(&parsed)) {
    CHECK(banner->software.size() <= masscan::record::kMaxSoftwareBytes);
    CHECK(has_software(format, again, banner->software));
  }
}

void try_file(const format::Format& format, std::string_view text) {
  std::string bytes;
  for (;;) {
    const auto length = format.item_length(text);
    if (length == 0 || length == masscan::format::kEndless) return;
    CHECK(length <= text.size());
    const FileItem parsed = format.parse(without_line_end(format, text.substr(0, length)), bytes);
    try_entry<record::Record>(format, parsed);
    try_entry<record::Banner>(format, parsed);
    text.remove_prefix(length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  for (const format::Format* format : masscan::format::formats()) {
    if (format->parse != nullptr) try_file(*format, text);
  }
  return 0;
}
