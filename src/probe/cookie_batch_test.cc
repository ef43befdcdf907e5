#include "probe/cookie_batch.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace masscan::probe {
namespace {

struct Targets {
  std::vector<net::Family> families;
  std::vector<std::uint64_t> high;
  std::vector<std::uint64_t> low;
  std::vector<net::Port> ports;
  std::vector<std::uint64_t> cookies;  // one by one

  void add(const Cookie& cookie, const net::IpAddress& address, net::Port port) {
    families.push_back(address.family());
    high.push_back(address.high());
    low.push_back(address.low());
    ports.push_back(port);
    cookies.push_back(cookie(address, port));
  }
};

TEST(CookieBatch, IsTheCookieOfEachTargetOfEitherFamily) {
  constexpr std::uint64_t kSeed = 1;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (const double share_of_ipv6 : {0.0, 0.5, 1.0}) {
    for (std::size_t count = 1; count <= CookieBatch::kMost; count += 15) {
      const Cookie cookie({random.next(), random.next()});
      Targets targets;
      for (std::size_t i = 0; i < count; ++i) {
        const net::Port port{static_cast<net::Transport>(random.below(6)),
                             static_cast<std::uint16_t>(random.below(65536))};
        const net::Ipv6Address ipv6(make_uint128(random.next(), random.next()));
        const net::Ipv4Address ipv4(static_cast<std::uint32_t>(random.next()));
        const bool is_v6 = random.chance(share_of_ipv6);
        targets.add(cookie, is_v6 ? net::IpAddress(ipv6) : net::IpAddress(ipv4), port);
      }
      for (const InstructionSet set : instruction_sets()) {
        std::vector<std::uint64_t> cookies(count);
        CookieBatch(cookie, set)({targets.families, targets.high, targets.low, targets.ports},
                                 cookies);
        ASSERT_EQ(cookies, targets.cookies) << count << " targets";
      }
    }
  }
}

}  // namespace
}  // namespace masscan::probe
