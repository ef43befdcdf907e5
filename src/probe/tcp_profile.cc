#include "probe/tcp_profile.h"

#include <algorithm>
#include <array>

namespace masscan::probe {
namespace {

// The MSS is that of Ethernet over IPv4.
constexpr std::uint16_t kMss = 1460;
constexpr wire::TcpTimestamp kTimestamp{.value = 0x12345678};

constexpr std::array<TcpProfile, 4> kProfiles = {{
    {.name = "linux",
     .window = 64240,
     .options = {.layout = "MSTNW",
                 .mss = kMss,
                 .sack_permitted = true,
                 .window_scale = 7,
                 .timestamp = kTimestamp}},
    {.name = "windows",
     .ttl = 128,
     .window = 64240,
     .options = {.layout = "MNWNNS", .mss = kMss, .sack_permitted = true, .window_scale = 8}},
    {.name = "macos",
     .window = 65535,
     .options = {.layout = "MNWNNTS",
                 .mss = kMss,
                 .sack_permitted = true,
                 .window_scale = 6,
                 .timestamp = kTimestamp}},
    {.name = "minimal", .dont_fragment = false, .window = 1024, .options = {.mss = kMss}},
}};

}  // namespace

void TcpProfile::apply(ProbeSettings& settings) const {
  settings.ttl = ttl;
  settings.dont_fragment = dont_fragment;
  settings.tcp_window = window;
  settings.tcp_options = options;
}

std::span<const TcpProfile> tcp_profiles() { return kProfiles; }

const TcpProfile* find_tcp_profile(std::string_view name) {
  const auto found = std::ranges::find(kProfiles, name, &TcpProfile::name);
  return found == kProfiles.end() ? nullptr : &*found;
}

}  // namespace masscan::probe
