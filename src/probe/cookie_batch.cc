#include "probe/cookie_batch.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace masscan::probe {

// Targets of both families are hashed as either, and each takes its own result.
void CookieBatch::operator()(const TargetColumns& targets, std::span<std::uint64_t> cookies) const {
  DCHECK(cookies.size() <= kMost && cookies.size() == targets.families.size());
  const auto ipv6 =
      static_cast<std::size_t>(std::ranges::count(targets.families, net::Family::kIpv6));
  if (ipv6 == cookies.size()) return hash_ipv6(targets, cookies);
  hash_ipv4(targets, cookies);
  if (ipv6 == 0) return;
  std::array<std::uint64_t, kMost> as_ipv6;
  hash_ipv6(targets, std::span(as_ipv6).first(cookies.size()));
  for (std::size_t i = 0; i < cookies.size(); ++i) {
    if (targets.families[i] == net::Family::kIpv6) cookies[i] = as_ipv6[i];
  }
}

void CookieBatch::hash_ipv4(const TargetColumns& targets, std::span<std::uint64_t> cookies) const {
  std::array<std::uint64_t, kMost> words;
  for (std::size_t i = 0; i < cookies.size(); ++i) {
    words[i] = targets.low[i] << 32 | Cookie::number(targets.ports[i]);
  }
  const std::array<const std::uint64_t*, 1> columns{words.data()};
  hash_(key_, columns, cookies);
}

void CookieBatch::hash_ipv6(const TargetColumns& targets, std::span<std::uint64_t> cookies) const {
  std::array<std::uint64_t, kMost> ports;
  for (std::size_t i = 0; i < cookies.size(); ++i) ports[i] = Cookie::number(targets.ports[i]);
  const std::array columns{targets.high.data(), targets.low.data(),
                           static_cast<const std::uint64_t*>(ports.data())};
  hash_(key_, columns, cookies);
}

}  // namespace masscan::probe
