// A router that moves to another MAC address, or is silent for a while, on simulated time. No
// result is lost, and few probes are repeated.
#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "nic/memory.h"
#include "sim/internet.h"
#include "simulation/simulated_scan.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/packet.h"
#include "wire/tcp.h"

namespace masscan::test {
namespace {

constexpr net::MacAddress kOldMac({std::byte{2}, {}, {}, {}, {}, std::byte{1}});
constexpr net::MacAddress kNewMac({std::byte{2}, {}, {}, {}, {}, std::byte{9}});
constexpr net::Ipv4Address kRouter(0xc6120001);
constexpr Instant kChange(std::chrono::hours(1) + std::chrono::seconds(4));

struct Change {
  bool is_announced = false;
  Duration silence{0};  // time after the change without answers
};

sim::Internet internet_behind(const net::MacAddress& mac, std::uint32_t open_ppm) {
  return sim::Internet::open({.answers = {.key = 1, .open_ppm = open_ppm}, .mac = mac}).value();
}

class MovingRouter final : public nic::Network {
 public:
  MovingRouter(const Change& change, std::uint32_t open_ppm)
      : change_(change),
        before_(internet_behind(kOldMac, open_ppm)),
        after_(internet_behind(kNewMac, open_ppm)) {}

  void on_frame(Bytes frame, Instant now, nic::SimulatedCable& cable) override {
    if (now < kChange) return before_.on_frame(frame, now, cable);
    if (change_.is_announced && !std::exchange(has_announced_, true)) announce(cable);
    const auto ethernet = wire::EthernetView::parse(frame);
    if (now < kChange + change_.silence || ethernet->destination() == kOldMac) {
      lost += is_reset(frame) ? 0 : 1;  // resets answer earlier frames from the old router
    } else {
      after_.on_frame(frame, now, cable);
    }
  }

  std::uint64_t lost = 0;  // probes and queries

 private:
  static bool is_reset(Bytes frame) {
    const auto packet = wire::Packet::parse(frame, net::LinkLayer::kEthernet);
    const auto tcp = packet ? wire::TcpView::parse(packet->transport) : std::nullopt;
    return tcp && (tcp->flags() & wire::tcp_flag::kRst) != 0;
  }

  static void announce(nic::SimulatedCable& cable) {
    std::array<std::byte, wire::kMinEthernetLength> frame{};
    wire::EthernetHeader{net::MacAddress::broadcast(), kNewMac, wire::EtherType::kArp}.emit(frame);
    const wire::ArpMessage message{.operation = wire::ArpMessage::Operation::kRequest,
                                   .sender_mac = kNewMac,
                                   .sender = kRouter,
                                   .target = kRouter};
    message.emit(
        std::span(frame).subspan(wire::EthernetHeader::kLength, wire::ArpMessage::kLength));
    cable.send(frame, 0s);
  }

  Change change_;
  sim::Internet before_;
  sim::Internet after_;
  bool has_announced_ = false;
};

constexpr double kRate = 500;
constexpr std::uint32_t kHosts = 6000;

struct Outcomes {
  engine::Tally tally;
  std::uint64_t lost;  // probes and queries
  std::uint64_t open;  // targets that are open in truth
};

Outcomes scan_through(const Change& change, std::uint32_t open_ppm) {
  engine::Plan plan = make_simulated_plan(make_plain_scenario(kRate, kHosts));
  plan.routers = {{0, kRouter}};
  MovingRouter router(change, open_ppm);
  const Driven driven = drive(plan, router);
  const sim::Internet internet = internet_behind(kOldMac, open_ppm);
  std::uint64_t open = 0;
  for (std::uint64_t position = 0; position < kHosts; ++position) {
    const targets::Target target = plan.target(position);
    if (internet.answer(target.address, target.port) == TRUTH_OPEN) ++open;
  }
  return {driven.status.tally, router.lost, open};
}

TEST(MovingRouter, LosesWhatIsInFlightWhenItAnnouncesItself) {
  const Outcomes outcome = scan_through({.is_announced = true}, 1'000'000);
  EXPECT_EQ(outcome.tally.open, outcome.open);
  EXPECT_LE(outcome.lost, 3u) << "a probe, and the question to the old address";
  EXPECT_EQ(outcome.tally.probes_sent, kHosts);
  EXPECT_LE(outcome.tally.retries_sent, 3u);
}

TEST(MovingRouter, IsNoticedByTheSilenceOfTargets) {
  const Outcomes outcome = scan_through({}, 1'000'000);
  EXPECT_EQ(outcome.tally.open, outcome.open) << "what was lost is asked again";
  EXPECT_LE(outcome.lost, 0.9 * kRate);
  EXPECT_LE(outcome.tally.retries_sent, 0.9 * kRate);
}

TEST(MovingRouter, IsNoticedByRefreshingWhereFewAnswer) {
  const Outcomes outcome = scan_through({}, 2'000);
  EXPECT_EQ(outcome.tally.open, outcome.open) << "what was lost is asked again";
  EXPECT_LE(outcome.lost, 3.5 * kRate);
  EXPECT_LE(outcome.tally.retries_sent, 4 * kRate);
  EXPECT_EQ(outcome.tally.probes_sent, kHosts);
}

TEST(SilentRouter, IsWaitedFor) {
  for (const std::uint32_t open_ppm : {1'000'000u, 2'000u}) {
    const Outcomes outcome = scan_through({.silence = 60s}, open_ppm);
    EXPECT_EQ(outcome.tally.open, outcome.open);
    EXPECT_EQ(outcome.tally.unresolved, 0u);
    EXPECT_LE(outcome.lost, 5.5 * kRate + 100) << "then it waits";
  }
}

}  // namespace
}  // namespace masscan::test
