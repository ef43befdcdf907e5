// SYNs that look like those of other systems: --tcp-profile.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "probe/probe_settings.h"
#include "wire/tcp.h"

namespace masscan::probe {

struct TcpProfile {
  std::string_view name;
  std::uint8_t ttl = 64;
  bool dont_fragment = true;
  std::uint16_t window = 0;
  wire::TcpOptions options{};

  void apply(ProbeSettings& settings) const;
};

std::span<const TcpProfile> tcp_profiles();
// Returns null if there is none of this name.
const TcpProfile* find_tcp_profile(std::string_view name);

}  // namespace masscan::probe
