#include "host/mac_vendors.h"

#include <array>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace masscan::host {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::array kLists = {"/usr/share/ieee-data/oui.txt", "/usr/share/nmap/nmap-mac-prefixes",
                               "/usr/share/arp-scan/ieee-oui.txt"};

}  // namespace

MacVendors MacVendors::open() {
  for (const char* const path : kLists) {
    if (const Result<std::string> text = read_file(path)) return parse(*text);
  }
  return {};
}

MacVendors MacVendors::parse(std::string_view text) {
  constexpr std::string_view kMark = "(base 16)";
  MacVendors vendors;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto prefix = parse_number<std::uint32_t>(line.substr(0, kDigits), 16);
    const bool is_row =
        prefix && line.size() > kDigits && (line[kDigits] == ' ' || line[kDigits] == '\t');
    if (!is_row) continue;
    std::string_view name = trim(line.substr(kDigits));
    if (name.starts_with(kMark)) name = trim(name.substr(kMark.size()));
    if (!name.empty()) vendors.names_.emplace(*prefix, name);
  }
  return vendors;
}

std::string_view MacVendors::find(const net::MacAddress& address) const {
  std::uint32_t prefix = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    prefix = prefix << 8 | std::to_integer<std::uint32_t>(address.octets()[i]);
  }
  const auto found = names_.find(prefix);
  return found == names_.end() ? std::string_view() : found->second;
}

}  // namespace masscan::host
