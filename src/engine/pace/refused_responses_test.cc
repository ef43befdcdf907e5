#include "engine/pace/refused_responses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace masscan::engine {
namespace {

using testing::HasSubstr;

net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

std::string described(const std::vector<RefusedResponses>& all) {
  std::vector<RefusedResponses::Summary> summaries;
  for (const RefusedResponses& refused_responses : all)
    summaries.push_back(refused_responses.summary());
  return describe(summaries).value_or("");
}

TEST(RefusedResponses, NamesTheHostWithItsNumber) {
  RefusedResponses refused_responses;
  for (int i = 0; i < 5000; ++i) refused_responses.note(ip("10.0.0.9"));
  EXPECT_THAT(described({refused_responses}),
              HasSubstr("10.0.0.9 asked for at least 5000 answers more"));
}

TEST(RefusedResponses, NamesTheNetworkOfManyHosts) {
  RefusedResponses v4;
  RefusedResponses v6;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    v4.note(net::Ipv4Address(0x0a010200 + i % 256));
    v6.note(net::Ipv6Address(make_uint128(0xfd09000000000001, i)));
  }
  EXPECT_THAT(described({v4}), HasSubstr("10.1.2.0/24 asked for at least 5000 "));
  EXPECT_THAT(described({v6}), HasSubstr("fd09::1:0:0:0:0/64 asked for at least 5000 "));
}

TEST(RefusedResponses, NeverClaimsMoreThanThereWas) {
  Random random(7);
  RefusedResponses refused_responses;
  int of_one = 0;
  for (int i = 0; i < 20'000; ++i) {
    const bool is_one = random.chance(0.7);
    of_one += is_one ? 1 : 0;
    refused_responses.note(is_one ? ip("10.0.0.9") : net::Ipv4Address(random.next() & 0xffffffff));
  }
  const auto summary = refused_responses.summary();
  EXPECT_EQ(summary.refused, 20'000u);
  EXPECT_EQ(summary.host.address(), ip("10.0.0.9"));
  EXPECT_LE(summary.host.count, static_cast<std::uint64_t>(of_one));
  EXPECT_GE(summary.host.count, of_one - 20'000 / (FrequentAddresses::kPlaces + 1));
}

TEST(RefusedResponses, NamesNobodyWhereItWasNobodyInParticular) {
  Random random(7);
  RefusedResponses refused_responses;
  for (int i = 0; i < 20'000; ++i)
    refused_responses.note(net::Ipv4Address(random.next() & 0xffffffff));
  EXPECT_EQ(described({refused_responses}), "");
}

TEST(RefusedResponses, IsSilentAboutAFew) {
  RefusedResponses refused_responses;
  for (int i = 0; i < 9; ++i) refused_responses.note(ip("10.0.0.9"));
  EXPECT_EQ(described({refused_responses}), "");
  EXPECT_EQ(described({}), "");
}

TEST(RefusedResponses, AddsUpWhatWorkersSawOfOneHost) {
  std::vector<RefusedResponses> workers(2);
  for (int i = 0; i < 300; ++i) workers[static_cast<std::size_t>(i % 2)].note(ip("10.0.0.9"));
  EXPECT_THAT(described(workers), HasSubstr("10.0.0.9 asked for at least 300 "));
}

}  // namespace
}  // namespace masscan::engine
