#include "stack/neighbors.h"

#include <gtest/gtest.h>

#include <string_view>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv6.h"

namespace masscan::stack {
namespace {

using State = Lookup::State;
using Frame = std::vector<std::byte>;
using wire::ArpMessage;

net::MacAddress mac(std::string_view text) { return net::MacAddress::parse(text).value(); }
net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

const net::MacAddress kOurMac = mac("02:00:00:00:00:01");
const net::MacAddress kTheirMac = mac("02:00:00:00:00:02");
const net::MacAddress kOtherMac = mac("02:00:00:00:00:03");
const net::IpAddress kOurV4 = ip("10.0.0.1");
const net::IpAddress kTheirV4 = ip("10.0.0.2");
const net::IpAddress kOurV6 = ip("fd00::1");
const net::IpAddress kTheirV6 = ip("fd00::12:3456");
const net::IpAddress kSpoofedV4 = ip("10.0.0.77");
const net::IpAddress kSpoofedV6 = ip("fd00::77");

Instant at(Duration time) { return Instant(1000s + time); }

Neighbors make_neighbors() {
  return Neighbors::make({.mac = kOurMac,
                          .source_v4 = kOurV4.v4(),
                          .source_v6 = kOurV6.v6(),
                          .answers_for = {{kSpoofedV4, kSpoofedV4}, {kSpoofedV6, kSpoofedV6}},
                          .key = {1, 2}})
      .value();
}

// Returns the next query, or an empty frame if none is due.
Frame next_request(Neighbors& neighbors, Instant now) {
  Frame frame(Neighbors::kFrameBytes, std::byte{0xaa});
  frame.resize(neighbors.next_request(frame, now).value_or(0));
  return frame;
}

Frame arp_frame(const ArpMessage& message) {
  Frame frame(60);
  wire::EthernetHeader{message.target_mac, message.sender_mac, wire::EtherType::kArp}.emit(frame);
  message.emit(MutableBytes(frame).subspan(14));
  return frame;
}

Frame arp_reply(const net::IpAddress& sender, const net::MacAddress& sender_mac) {
  return arp_frame({.operation = ArpMessage::Operation::kReply,
                    .sender_mac = sender_mac,
                    .sender = sender.v4(),
                    .target_mac = kOurMac,
                    .target = kOurV4.v4()});
}

template <typename Message>
Frame ndp_frame(const Message& message, const net::IpAddress& source,
                const net::IpAddress& destination, std::uint8_t hop_limit = 255) {
  Frame frame(54 + message.length());
  const MutableBytes bytes = frame;
  wire::EthernetHeader{kOurMac, kTheirMac, wire::EtherType::kIpv6}.emit(bytes);
  wire::Ipv6Header{.payload_length = static_cast<std::uint16_t>(message.length()),
                   .next_header = wire::Protocol::kIcmpv6,
                   .hop_limit = hop_limit,
                   .source = source.v6(),
                   .destination = destination.v6()}
      .emit(bytes.subspan(14));
  message.emit(bytes.subspan(54), source.v6(), destination.v6());
  return frame;
}

Frame advertisement(const net::IpAddress& target, const net::MacAddress& target_mac,
                    std::uint8_t hop_limit = 255) {
  const wire::NeighborAdvertisement message{
      .target = target.v6(), .solicited = true, .overriding = true, .target_mac = target_mac};
  return ndp_frame(message, target, kOurV6, hop_limit);
}

std::optional<net::IpAddress> hear(Neighbors& neighbors, const Frame& frame, Instant now) {
  return neighbors.on_frame(frame, {}, now).learned;
}

// Returns the answer, or an empty frame.
Frame reply_to(Neighbors& neighbors, const Frame& frame) {
  Frame reply(Neighbors::kFrameBytes, std::byte{0xaa});
  reply.resize(neighbors.on_frame(frame, reply, at(0s)).reply_length);
  return reply;
}

TEST(Neighbors, AskAtOnceAndLearnTheAnswer) {
  Neighbors neighbors = make_neighbors();
  EXPECT_EQ(neighbors.find(kTheirV4, at(0s)).state, State::kPending);
  EXPECT_FALSE(next_request(neighbors, at(0s)).empty());
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(1ms)), kTheirV4);
  EXPECT_EQ(neighbors.find(kTheirV4, at(2ms)).state, State::kKnown);
  EXPECT_EQ(neighbors.find(kTheirV4, at(2ms)).mac, kTheirMac);
  EXPECT_EQ(neighbors.next_deadline(), std::nullopt);
}

TEST(Neighbors, AskInIpv4WithABroadcastOfSixtyBytes) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  Frame expected = arp_frame({.operation = ArpMessage::Operation::kRequest,
                              .sender_mac = kOurMac,
                              .sender = kOurV4.v4(),
                              .target = kTheirV4.v4()});
  std::fill_n(expected.begin(), 6, std::byte{0xff});
  EXPECT_EQ(next_request(neighbors, at(0s)), expected);
}

TEST(Neighbors, AskInIpv6TheSolicitedNodeGroup) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV6, at(0s));
  const Frame frame = next_request(neighbors, at(0s));
  ASSERT_EQ(frame.size(), 86u);
  const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->destination_mac, mac("33:33:ff:12:34:56"));
  EXPECT_EQ(packet->source_mac, kOurMac);
  EXPECT_EQ(packet->source, kOurV6);
  EXPECT_EQ(packet->destination, ip("ff02::1:ff12:3456"));
  EXPECT_EQ(packet->ttl, 255);
  EXPECT_TRUE(packet->checksums_ok());
  EXPECT_EQ(wire::NeighborSolicitation::parse(packet->transport),
            (wire::NeighborSolicitation{kTheirV6.v6(), kOurMac}));
}

TEST(Neighbors, LearnFromAnAdvertisement) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV6, at(0s));
  next_request(neighbors, at(0s));
  EXPECT_EQ(hear(neighbors, advertisement(kTheirV6, kTheirMac), at(1ms)), kTheirV6);
  EXPECT_EQ(neighbors.find(kTheirV6, at(2ms)).mac, kTheirMac);
}

TEST(Neighbors, AskThreeTimesInTwoSecondsThenGiveUp) {
  for (const net::IpAddress& target : {kTheirV4, kTheirV6}) {
    Neighbors neighbors = make_neighbors();
    neighbors.find(target, at(0s));
    for (const Duration due : {Duration(0ms), Duration(300ms), Duration(1000ms)}) {
      EXPECT_EQ(neighbors.next_deadline(), at(due));
      EXPECT_TRUE(next_request(neighbors, at(due - 1ns)).empty());
      EXPECT_FALSE(next_request(neighbors, at(due)).empty());
      EXPECT_TRUE(next_request(neighbors, at(due)).empty());
    }
    EXPECT_EQ(neighbors.next_deadline(), at(2s));
    EXPECT_EQ(neighbors.find(target, at(2s)).state, State::kPending);
    EXPECT_TRUE(next_request(neighbors, at(2s)).empty());
    EXPECT_EQ(neighbors.find(target, at(2s)).state, State::kFailed);
    EXPECT_EQ(neighbors.next_deadline(), std::nullopt);
  }
}

TEST(Neighbors, RememberAFailureForTwentySeconds) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  for (const Duration due : {0ms, 300ms, 1000ms, 2000ms}) next_request(neighbors, at(due));
  EXPECT_EQ(neighbors.find(kTheirV4, at(21s)).state, State::kFailed);
  EXPECT_TRUE(next_request(neighbors, at(21s)).empty());
  EXPECT_EQ(neighbors.find(kTheirV4, at(22s)).state, State::kPending);
  EXPECT_FALSE(next_request(neighbors, at(22s)).empty());
}

TEST(Neighbors, FollowANewMacWithoutForgettingTheOld) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  next_request(neighbors, at(0s));
  hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(0s));
  neighbors.find(kTheirV4, at(59s));
  EXPECT_TRUE(next_request(neighbors, at(59s)).empty());
  EXPECT_EQ(neighbors.find(kTheirV4, at(60s)).mac, kTheirMac);
  EXPECT_FALSE(next_request(neighbors, at(60s)).empty());
  EXPECT_EQ(neighbors.find(kTheirV4, at(60s)).mac, kTheirMac);
  EXPECT_FALSE(next_request(neighbors, at(60300ms)).empty());
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(60301ms)), kTheirV4);
  EXPECT_EQ(neighbors.find(kTheirV4, at(60301ms)).mac, kOtherMac);
}

// Makes a neighbour known at 0 s, as a router or not.
Neighbors make_known(const net::IpAddress& neighbor, bool is_router) {
  Neighbors neighbors = make_neighbors();
  if (is_router) neighbors.watch(neighbor);
  neighbors.find(neighbor, at(0s));
  next_request(neighbors, at(0s));
  const bool is_v4 = neighbor.is_v4();
  hear(neighbors, is_v4 ? arp_reply(neighbor, kTheirMac) : advertisement(neighbor, kTheirMac),
       at(0s));
  return neighbors;
}

net::MacAddress destination_of(const Frame& frame) {
  const auto ethernet = wire::EthernetView::parse(frame);
  return ethernet ? ethernet->destination() : net::MacAddress();
}

// Makes an unsolicited announcement to all nodes.
Frame announcement(const net::IpAddress& neighbor, const net::MacAddress& its_mac) {
  if (neighbor.is_v6()) {
    const wire::NeighborAdvertisement message{
        .target = neighbor.v6(), .overriding = true, .target_mac = its_mac};
    return ndp_frame(message, neighbor, ip("ff02::1"));
  }
  return arp_frame({.operation = ArpMessage::Operation::kRequest,
                    .sender_mac = its_mac,
                    .sender = neighbor.v4(),
                    .target = neighbor.v4()});
}

Frame answer(const net::IpAddress& neighbor, const net::MacAddress& its_mac) {
  return neighbor.is_v4() ? arp_reply(neighbor, its_mac) : advertisement(neighbor, its_mac);
}

TEST(Neighbors, AskAtOnceWhenAnotherMacIsClaimed) {
  for (const net::IpAddress& neighbor : {kTheirV4, kTheirV6}) {
    Neighbors neighbors = make_known(neighbor, true);
    hear(neighbors, announcement(neighbor, kOtherMac), at(1s));
    EXPECT_EQ(neighbors.find(neighbor, at(1s)).state, State::kPending) << "nothing is lost";
    EXPECT_EQ(destination_of(next_request(neighbors, at(1s))), kTheirMac) << "the old one first";
    EXPECT_TRUE(next_request(neighbors, at(1299ms)).empty());
    EXPECT_NE(destination_of(next_request(neighbors, at(1300ms))), kTheirMac) << "then all";
    EXPECT_EQ(hear(neighbors, answer(neighbor, kOtherMac), at(1301ms)), neighbor);
    EXPECT_EQ(neighbors.find(neighbor, at(1301ms)).mac, kOtherMac);
    EXPECT_EQ(neighbors.take_loss(), at(0s)) << "what was sent since it last answered";
    EXPECT_EQ(neighbors.take_loss(), std::nullopt) << "once";
  }
}

TEST(Neighbors, AskAtOnceWhenAnAnswerComesFromAnotherMac) {
  Neighbors neighbors = make_known(kTheirV4, false);
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(1s)), std::nullopt);
  EXPECT_EQ(destination_of(next_request(neighbors, at(1s))), kTheirMac);
}

TEST(Neighbors, BelieveNobodyWhileTheOldOneAnswers) {
  for (const net::IpAddress& neighbor : {kTheirV4, kTheirV6}) {
    Neighbors neighbors = make_known(neighbor, true);
    hear(neighbors, announcement(neighbor, kOtherMac), at(1s));
    next_request(neighbors, at(1s));
    EXPECT_EQ(hear(neighbors, answer(neighbor, kOtherMac), at(1s)), std::nullopt) << "not asked";
    EXPECT_EQ(hear(neighbors, answer(neighbor, kTheirMac), at(1001ms)), neighbor);
    EXPECT_EQ(neighbors.find(neighbor, at(1001ms)).mac, kTheirMac);
    EXPECT_EQ(neighbors.take_loss(), std::nullopt);
  }
}

TEST(Neighbors, HoldUpNothingForMoreThanAMomentASecondWhateverIsClaimed) {
  Neighbors neighbors = make_known(kTheirV4, true);
  std::size_t questions = 0;
  int pending = 0;
  for (Duration time = 1ms; time < 10s; time += 1ms) {
    hear(neighbors, announcement(kTheirV4, kOtherMac), at(time));
    if (neighbors.find(kTheirV4, at(time)).state == State::kPending) ++pending;
    while (!next_request(neighbors, at(time)).empty()) ++questions;
    hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(time));
  }
  EXPECT_LE(questions, 14u);
  EXPECT_LE(pending, 14);
}

TEST(Neighbors, AskFewOfManyHostsWhateverIsClaimed) {
  Neighbors neighbors = make_neighbors();
  constexpr std::uint32_t kHosts = 1000;
  for (std::uint32_t i = 0; i < kHosts; ++i) {
    const net::IpAddress host = net::Ipv4Address(0x0b000000 + i);
    neighbors.find(host, at(0s));
    next_request(neighbors, at(0s));
    hear(neighbors, arp_reply(host, kTheirMac), at(0s));
  }
  for (std::uint32_t i = 0; i < kHosts; ++i) {
    const Duration time = 1s + i * 1ms;
    hear(neighbors, announcement(net::Ipv4Address(0x0b000000 + i), kOtherMac), at(time));
  }
  std::size_t questions = 0;
  while (!next_request(neighbors, at(2s)).empty()) ++questions;
  EXPECT_LE(questions, 11u);
}

TEST(Neighbors, AskARouterAgainEveryThreeSeconds) {
  Neighbors neighbors = make_known(kTheirV4, true);
  neighbors.find(kTheirV4, at(2999ms));
  EXPECT_TRUE(next_request(neighbors, at(2999ms)).empty());
  EXPECT_EQ(neighbors.find(kTheirV4, at(3s)).state, State::kKnown) << "meanwhile it is used";
  EXPECT_EQ(destination_of(next_request(neighbors, at(3s))), kTheirMac);
  hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(3s));
  EXPECT_TRUE(next_request(neighbors, at(4s)).empty());
}

TEST(Neighbors, AskRoutersThatHaveNotBeenHeardOf) {
  Neighbors neighbors = make_known(kTheirV4, true);
  neighbors.ask_routers(1s, at(999ms));
  EXPECT_TRUE(next_request(neighbors, at(999ms)).empty());
  neighbors.ask_routers(1s, at(1s));
  EXPECT_FALSE(next_request(neighbors, at(1s)).empty());
}

TEST(Neighbors, WaitForARouterThatHasFallenSilent) {
  Neighbors neighbors = make_known(kTheirV4, true);
  neighbors.find(kTheirV4, at(3s));
  for (const Duration due : {3000ms, 3300ms, 4000ms, 5000ms}) next_request(neighbors, at(due));
  EXPECT_EQ(neighbors.take_loss(), at(0s));
  EXPECT_EQ(neighbors.silent_router(), kTheirV4);
  std::size_t questions = 0;
  for (Duration time = 5s; time < 65s; time += 10ms) {
    ASSERT_EQ(neighbors.find(kTheirV4, at(time)).state, State::kPending);
    while (!next_request(neighbors, at(time)).empty()) ++questions;
  }
  EXPECT_GE(questions, 60u);
  EXPECT_LE(questions, 100u);
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(65s)), kTheirV4);
  EXPECT_EQ(neighbors.find(kTheirV4, at(65s)).mac, kOtherMac);
  EXPECT_EQ(neighbors.silent_router(), std::nullopt);
  EXPECT_EQ(neighbors.take_loss(), std::nullopt) << "nothing was sent meanwhile";
}

TEST(Neighbors, KeepASilentRouterThatAnswersComeThrough) {
  Neighbors neighbors = make_known(kTheirV4, true);
  neighbors.find(kTheirV4, at(3s));
  for (const Duration due : {3000ms, 3300ms, 4000ms, 5000ms}) {
    neighbors.note_answer(at(due));
    next_request(neighbors, at(due));
  }
  EXPECT_EQ(neighbors.find(kTheirV4, at(5s)).mac, kTheirMac);
  EXPECT_EQ(neighbors.take_loss(), std::nullopt);
}

TEST(Neighbors, KeepAMacThatIsNotConfirmed) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  next_request(neighbors, at(0s));
  hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(0s));
  for (const Duration due : {60000ms, 60300ms, 61000ms, 62000ms}) {
    neighbors.find(kTheirV4, at(due));
    next_request(neighbors, at(due));
  }
  EXPECT_EQ(neighbors.find(kTheirV4, at(70s)).state, State::kKnown);
  EXPECT_EQ(neighbors.next_deadline(), std::nullopt);
}

TEST(Neighbors, LearnNothingTheyDidNotAsk) {
  Neighbors neighbors = make_neighbors();
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(0s)), std::nullopt);
  EXPECT_EQ(hear(neighbors, advertisement(kTheirV6, kOtherMac), at(0s)), std::nullopt);
  EXPECT_EQ(neighbors.find(kTheirV4, at(0s)).state, State::kPending);
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(0s)), std::nullopt) << "not sent";
  next_request(neighbors, at(0s));
  hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(0s));
  EXPECT_EQ(hear(neighbors, arp_reply(kTheirV4, kOtherMac), at(0s)), std::nullopt) << "too late";
  next_request(neighbors, at(0s));
  hear(neighbors, arp_reply(kTheirV4, kTheirMac), at(0s));
  EXPECT_EQ(neighbors.find(kTheirV4, at(0s)).mac, kTheirMac);
}

TEST(Neighbors, RejectAnswersThatCannotBeRight) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  neighbors.find(kTheirV6, at(0s));
  next_request(neighbors, at(0s));
  next_request(neighbors, at(0s));
  Frame bad_checksum = advertisement(kTheirV6, kTheirMac);
  bad_checksum.back() ^= std::byte{1};
  const wire::NeighborAdvertisement without_mac{.target = kTheirV6.v6(), .solicited = true};
  Frame to_another = arp_reply(kTheirV4, kTheirMac);
  wire::store_mac(to_another, 32, kOtherMac);
  const std::vector<std::pair<const char*, Frame>> frames = {
      {"from behind a router", advertisement(kTheirV6, kTheirMac, 254)},
      {"bad checksum", bad_checksum},
      {"no MAC", ndp_frame(without_mac, kTheirV6, kOurV6)},
      {"multicast MAC", advertisement(kTheirV6, mac("33:33:00:00:00:01"))},
      {"broadcast MAC", arp_reply(kTheirV4, net::MacAddress::broadcast())},
      {"zero MAC", arp_reply(kTheirV4, net::MacAddress())},
      {"to somebody else", to_another},
  };
  for (const auto& [name, frame] : frames) {
    EXPECT_EQ(hear(neighbors, frame, at(1ms)), std::nullopt) << name;
  }
}

TEST(Neighbors, NeverAskForWhatWasSet) {
  Neighbors neighbors = make_neighbors();
  neighbors.find(kTheirV4, at(0s));
  neighbors.set(kTheirV4, kTheirMac);
  neighbors.set(kTheirV6, kOtherMac);
  EXPECT_EQ(neighbors.find(kTheirV4, at(0s)).mac, kTheirMac);
  EXPECT_EQ(neighbors.find(kTheirV6, at(9999s)).mac, kOtherMac);
  EXPECT_TRUE(next_request(neighbors, at(9999s)).empty());
  EXPECT_EQ(neighbors.next_deadline(), std::nullopt);
}

TEST(Neighbors, FailWhereThereIsNobodyToAskFor) {
  Neighbors neighbors = Neighbors::make({.mac = kOurMac}).value();
  EXPECT_EQ(neighbors.find(kTheirV4, at(0s)).state, State::kFailed);
  EXPECT_EQ(neighbors.find(kTheirV6, at(0s)).state, State::kFailed);
  neighbors.set(kTheirV6, kTheirMac);
  EXPECT_EQ(neighbors.find(kTheirV6, at(0s)).state, State::kKnown);
}

ArpMessage arp_request(const net::IpAddress& target) {
  return {.operation = ArpMessage::Operation::kRequest,
          .sender_mac = kTheirMac,
          .sender = kTheirV4.v4(),
          .target = target.v4()};
}

TEST(Neighbors, AnswerArpForASpoofedAddress) {
  Neighbors neighbors = make_neighbors();
  const Frame expected = arp_frame({.operation = ArpMessage::Operation::kReply,
                                    .sender_mac = kOurMac,
                                    .sender = kSpoofedV4.v4(),
                                    .target_mac = kTheirMac,
                                    .target = kTheirV4.v4()});
  EXPECT_EQ(reply_to(neighbors, arp_frame(arp_request(kSpoofedV4))), expected);
}

TEST(Neighbors, LeaveOtherArpQuestionsToOthers) {
  Neighbors neighbors = make_neighbors();
  EXPECT_TRUE(reply_to(neighbors, arp_frame(arp_request(kOurV4))).empty());
  ArpMessage gratuitous = arp_request(kSpoofedV4);
  gratuitous.sender = kSpoofedV4.v4();
  EXPECT_TRUE(reply_to(neighbors, arp_frame(gratuitous)).empty());
  EXPECT_EQ(neighbors.on_frame(arp_frame(arp_request(kSpoofedV4)), {}, at(0s)).reply_length, 0u);
}

TEST(Neighbors, AdvertiseASpoofedAddress) {
  Neighbors neighbors = make_neighbors();
  const wire::NeighborSolicitation question{kSpoofedV6.v6(), kTheirMac};
  const net::IpAddress group = kSpoofedV6.v6().solicited_node();
  const Frame reply = reply_to(neighbors, ndp_frame(question, kTheirV6, group));
  ASSERT_EQ(reply.size(), 86u);
  const auto packet = wire::Packet::parse(reply, wire::Link::kEthernet);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->destination_mac, kTheirMac);
  EXPECT_EQ(packet->source, kSpoofedV6);
  EXPECT_EQ(packet->destination, kTheirV6);
  EXPECT_EQ(packet->ttl, 255);
  EXPECT_TRUE(packet->checksums_ok());
  const auto answer = wire::NeighborAdvertisement::parse(packet->transport);
  EXPECT_EQ(answer, (wire::NeighborAdvertisement{.target = kSpoofedV6.v6(),
                                                 .solicited = true,
                                                 .overriding = true,
                                                 .target_mac = kOurMac}));
}

TEST(Neighbors, TellEverybodyIfTheQuestionHasNoSource) {
  Neighbors neighbors = make_neighbors();
  const wire::NeighborSolicitation question{kSpoofedV6.v6(), std::nullopt};
  const net::IpAddress group = kSpoofedV6.v6().solicited_node();
  const Frame reply = reply_to(neighbors, ndp_frame(question, ip("::"), group));
  const auto packet = wire::Packet::parse(reply, wire::Link::kEthernet);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->destination_mac, mac("33:33:00:00:00:01"));
  EXPECT_EQ(packet->destination, ip("ff02::1"));
  EXPECT_FALSE(wire::NeighborAdvertisement::parse(packet->transport)->solicited);
}

net::IpAddress numbered(std::uint32_t number) { return net::Ipv4Address(0x0b000000 + number); }

TEST(Neighbors, KeepQuestionsInOrder) {
  Neighbors neighbors = make_neighbors();
  constexpr std::uint32_t kAsked = 1000;
  for (std::uint32_t i = 0; i < kAsked; ++i) neighbors.find(numbered(i), at(i * 1us));
  for (std::uint32_t i = 0; i < kAsked; ++i) {
    const Frame frame = next_request(neighbors, at(1ms));
    const auto message = ArpMessage::parse(Bytes(frame).subspan(14));
    ASSERT_TRUE(message);
    EXPECT_EQ(net::IpAddress(message->target), numbered(i));
  }
  // Answers come in any order; only queries without an answer are repeated.
  for (std::uint32_t i = 0; i < kAsked; ++i) {
    if (i % 3 != 0) hear(neighbors, arp_reply(numbered(kAsked - 1 - i), kTheirMac), at(2ms));
  }
  std::size_t asked_again = 0;
  while (!next_request(neighbors, at(301ms)).empty()) ++asked_again;
  EXPECT_EQ(asked_again, (kAsked + 2) / 3);
}

TEST(Neighbors, StayBoundedAndNeverEvictAnOpenQuestion) {
  Neighbors neighbors = make_neighbors();
  constexpr std::uint32_t kMany = 4 * Neighbors::kEntries;
  std::size_t open = 0;
  std::size_t turned_away = 0;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    const State state = neighbors.find(numbered(i), at(0s)).state;
    if (state == State::kPending) ++open;
    if (state == State::kUnknown) ++turned_away;
  }
  EXPECT_EQ(open + turned_away, kMany);
  EXPECT_LE(open, Neighbors::kEntries);
  EXPECT_GT(open, Neighbors::kEntries * 9 / 10);
  std::size_t sent = 0;
  while (!next_request(neighbors, at(0s)).empty()) ++sent;
  EXPECT_EQ(sent, open);
}

TEST(Neighbors, EvictTheOldestButNeverWhatWasSet) {
  Neighbors neighbors = make_neighbors();
  neighbors.set(kTheirV4, kTheirMac);
  constexpr std::uint32_t kMany = 2 * Neighbors::kEntries;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    const Instant now = at(i * 1us);
    neighbors.find(numbered(i), now);
    next_request(neighbors, now);
    ASSERT_EQ(hear(neighbors, arp_reply(numbered(i), kOtherMac), now), numbered(i));
  }
  EXPECT_EQ(neighbors.find(kTheirV4, at(10s)).mac, kTheirMac);
  EXPECT_EQ(neighbors.find(numbered(kMany - 1), at(10s)).state, State::kKnown);
  EXPECT_EQ(neighbors.find(numbered(0), at(10s)).state, State::kPending);
}

TEST(Neighbors, MakeNothingOfOtherFrames) {
  Neighbors neighbors = make_neighbors();
  for (std::size_t length = 0; length < 100; ++length) {
    EXPECT_TRUE(reply_to(neighbors, Frame(length)).empty());
  }
}

}  // namespace
}  // namespace masscan::stack
