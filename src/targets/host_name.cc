#include "targets/host_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace masscan::targets {
namespace {

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 253;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_label(std::string_view label) {
  const auto is_inner = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), is_inner);
}

// True for "256", and for "0x7f", which inet_aton(3) accepts.
bool is_number(std::string_view label) {
  constexpr auto kNone = std::string_view::npos;
  if (label.starts_with("0x") || label.starts_with("0X")) {
    return label.find_first_not_of("0123456789abcdefABCDEF", 2) == kNone;
  }
  return label.find_first_not_of("0123456789") == kNone;
}

}  // namespace

std::string to_string(const HostName& host) {
  return host.port ? fmt::format("{}:{}", host.name, host.port->number) : host.name;
}

bool is_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > kLongestName || std::none_of(text.begin(), text.end(), is_letter)) return false;
  std::string_view label;
  for (std::size_t start = 0; start <= text.size(); start += label.size() + 1) {
    label = text.substr(start, text.find('.', start) - start);
    if (!is_label(label)) return false;
  }
  return !is_number(label);
}

}  // namespace masscan::targets
