#include "report/format.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/interactive.h"
#include "report/list.h"
#include "report/ndjson.h"

namespace masscan::report {
namespace {

constexpr std::array kFormats = {
    Format{"interactive", '\0', nullptr, append_interactive_record, nullptr},
    Format{"list", 'L', append_list_header, append_list_record, append_list_trailer},
    Format{"ndjson", 'D', nullptr, append_ndjson_record, nullptr},
};

template <typename Predicate>
const Format* find(Predicate matches) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), matches);
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  return find([wanted = to_lower(name)](const Format& format) { return format.name == wanted; });
}

const Format* find_format(char letter) {
  if (letter == '\0') return nullptr;
  return find([letter](const Format& format) { return format.letter == letter; });
}

}  // namespace masscan::report
