#include "payloads/payload_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace masscan::payloads {
namespace {

using ::testing::ElementsAre;

constexpr std::uint16_t kFirstPorts[] = {53, 5353};
constexpr banner::UdpRequest kFirstRequests[] = {
    {.name = "a", .payload = "one", .token_at = 0, .token_bits = 1, .amplification = 10},
    {.name = "b", .payload = "two", .amplification = 10.1},
};
constexpr std::uint16_t kSecondPorts[] = {53, 1434};
constexpr banner::UdpRequest kSecondRequests[] = {{.name = "c", .payload = "three"}};
constexpr std::uint16_t kLoudPorts[] = {19};
constexpr banner::UdpRequest kLoudRequests[] = {
    {.name = "d", .payload = "four", .amplification = 400}};
constexpr banner::UdpProtocol kFirst = {"first", kFirstPorts, kFirstRequests};
constexpr banner::UdpProtocol kSecond = {"second", kSecondPorts, kSecondRequests};
constexpr banner::UdpProtocol kLoud = {"loud", kLoudPorts, kLoudRequests};
constexpr const banner::UdpProtocol* kProtocols[] = {&kFirst, &kSecond, &kLoud};

std::vector<std::string> payloads(const PayloadSet& set, std::uint16_t port) {
  std::vector<std::string> bytes;
  for (const banner::UdpRequest& request : set.requests(port)) bytes.emplace_back(request.payload);
  return bytes;
}

Payload payload(std::string bytes, std::vector<net::PortRange> ports) {
  return {.name = "f:1", .bytes = std::move(bytes), .ports = std::move(ports)};
}

TEST(PayloadSet, AsksTheProtocolsOfAPortInTheirOrder) {
  const PayloadSet set(kProtocols, false);
  EXPECT_THAT(payloads(set, 53), ElementsAre("one", "three"));
  EXPECT_THAT(payloads(set, 5353), ElementsAre("one"));
  EXPECT_THAT(payloads(set, 1434), ElementsAre("three"));
  EXPECT_EQ(set.requests(53)[0].token_bits, 1u);
  EXPECT_EQ(set.most_requests(), 2u);
}

TEST(PayloadSet, SendsAnEmptyDatagramWhereNothingIsAsked) {
  const PayloadSet set(kProtocols, false);
  for (const int port : {0, 1, 19, 65535}) {
    EXPECT_THAT(payloads(set, static_cast<std::uint16_t>(port)), ElementsAre("")) << port;
  }
}

TEST(PayloadSet, SendsWhatAmplifiesOnlyIfAllowed) {
  const PayloadSet set(kProtocols, true);
  EXPECT_THAT(payloads(set, 53), ElementsAre("one", "two", "three"));
  EXPECT_THAT(payloads(set, 19), ElementsAre("four"));
}

TEST(PayloadSet, ReplacesTheRequestsOfThePortsThatASourceNames) {
  PayloadSet set(kProtocols, false);
  ASSERT_TRUE(set.replace({payload("x", {{53, 54}}), payload("y", {{53, 53}, {65535, 65535}}),
                           payload("x", {{53, 53}})}));
  EXPECT_THAT(payloads(set, 53), ElementsAre("x", "y"));
  EXPECT_THAT(payloads(set, 54), ElementsAre("x"));
  EXPECT_THAT(payloads(set, 65535), ElementsAre("y"));
  EXPECT_THAT(payloads(set, 5353), ElementsAre("one"));
  EXPECT_EQ(set.requests(53)[0].token_bits, 0u);
  EXPECT_EQ(set.requests(53)[0].name, "f:1");

  ASSERT_TRUE(set.replace({payload("z", {{53, 53}})}));
  EXPECT_THAT(payloads(set, 53), ElementsAre("z"));
  EXPECT_THAT(payloads(set, 54), ElementsAre("x"));
  EXPECT_EQ(set.most_requests(), 1u);
}

TEST(PayloadSet, KeepsItsBytesWhenItMoves) {
  PayloadSet set(kProtocols, false);
  ASSERT_TRUE(set.replace({payload("x", {{0, 65535}})}));
  const PayloadSet moved = std::move(set);
  EXPECT_THAT(payloads(moved, 53), ElementsAre("x"));
  EXPECT_EQ(moved.requests(53).data(), moved.requests(65535).data());
}

TEST(PayloadSet, RefusesTooManyForAPort) {
  PayloadSet set(kProtocols, false);
  std::vector<Payload> source;
  for (std::size_t i = 0; i < PayloadSet::kMaxRequests; ++i) {
    source.push_back(payload(std::string(i, 'x'), {{53, 53}}));
  }
  ASSERT_TRUE(set.replace(source));
  EXPECT_EQ(set.most_requests(), 16u);
  source.push_back(payload("y", {{53, 53}}));
  const auto replaced = set.replace(source);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().message, "f:1: port 53 has more than 16 payloads; remove some");
  EXPECT_EQ(set.requests(53).size(), 16u);
}

}  // namespace
}  // namespace masscan::payloads
