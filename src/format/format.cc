#include "format/format.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

constexpr Format kNone = {.name = kNoFormat};

constexpr std::array kFormats = {
    &kInteractiveFormat, &kListFormat,    &kXmlFormat,         &kGrepableFormat,
    &kJsonFormat,        &kNdjsonFormat,  &kBinaryFormat,      &kNdjsonBase64Format,
    &kCsvFormat,         &kNmapXmlFormat, &kUnicornscanFormat, &kHostOnlyFormat,
    &kIpPortFormat,      &kCertsFormat,   &kHtmlFormat,        &kNone};

template <typename Predicate>
const Format* find(Predicate matches) {
  const auto found = std::ranges::find_if(kFormats, matches);
  return found == kFormats.end() ? nullptr : *found;
}

}  // namespace

std::size_t line_length(std::string_view rest) {
  const std::size_t end = rest.find('\n');
  return end == std::string_view::npos ? 0 : end + 1;
}

std::span<const Format* const> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  if (name.empty()) return nullptr;
  return find([wanted = to_lower(name)](const Format* format) {
    return format->name == wanted || format->other_name == wanted;
  });
}

const Format* find_format(char letter) {
  if (letter == '\0') return nullptr;
  return find([letter](const Format* format) { return format->letter == letter; });
}

}  // namespace masscan::format
