#include "protocols/device/header_fields.h"

#include <algorithm>

#include "base/text.h"

namespace masscan::protocols {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view first_line(std::string_view message) {
  return trim(message.substr(0, message.find('\n')));
}

std::string_view header_field(std::string_view message, std::string_view name) {
  for (std::size_t end = message.find('\n'); end != std::string_view::npos;
       end = message.find('\n')) {
    message.remove_prefix(end + 1);
    const std::string_view line = first_line(message);
    if (line.empty()) break;  // the body follows
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_same_name(trim(line.substr(0, colon)), name))
      continue;
    return trim(line.substr(colon + 1));
  }
  return {};
}

void add_status(banner::AnswerText& text, std::string_view message,
                std::initializer_list<std::string_view> names) {
  text.add(first_line(message));
  for (const std::string_view name : names) {
    const std::string_view value = header_field(message, name);
    if (!value.empty()) text.format(" {}: {}", name, value);
  }
}

}  // namespace masscan::protocols
