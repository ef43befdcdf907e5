// A peer that repeats its answers without end, on simulated time: the scan keeps its rate.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "nic/memory.h"
#include "sim/internet.h"
#include "simulation/simulated_scan.h"
#include "wire/packet.h"
#include "wire/tcp.h"

namespace masscan::test {
namespace {

struct Flood {
  double rate_pps;      // of the scan
  double repeats_pps;   // of all repeating hosts together
  std::uint32_t hosts;  // that repeat
};

// Every port is open; the first hosts that are asked repeat their SYN-ACKs for ever.
class HostileInternet final : public nic::Network, private nic::SimulatedCable {
 public:
  HostileInternet(sim::Internet& internet, const Flood& flood)
      : internet_(internet), flood_(flood) {}

  void on_frame(Bytes frame, Instant now, nic::SimulatedCable& cable) override {
    const auto packet = wire::Packet::parse(frame, net::LinkLayer::kEthernet);
    const auto tcp = packet ? wire::TcpView::parse(packet->transport) : std::nullopt;
    is_repeating_ = false;
    if (tcp && tcp->destination_port() != 80) return internet_.on_frame(frame, now, *this);
    if (tcp && tcp->flags() == wire::tcp_flag::kSyn) {
      if (asked++ == 0) first_asked_ = now;
      last_asked_ = now;
    }
    if (tcp && (tcp->flags() & wire::tcp_flag::kRst) != 0) ++resets[packet->destination];
    cable_ = &cable;
    is_repeating_ = tcp && tcp->flags() == wire::tcp_flag::kSyn && asked <= flood_.hosts;
    internet_.on_frame(frame, now, *this);
  }

  // Sends the repeats that are due by `now`.
  void repeat(Instant now) {
    if (answers_.empty()) return;
    const auto due =
        static_cast<std::uint64_t>(to_seconds(now - first_asked_) * flood_.repeats_pps);
    for (; repeated_ < due; ++repeated_) cable_->send(answers_[repeated_ % answers_.size()], 0s);
  }

  Duration length() const { return last_asked_ - first_asked_; }

  std::uint64_t asked = 0;
  std::map<net::IpAddress, std::uint64_t> resets;

 private:
  void send(Bytes frame, Duration after) override {
    cable_->send(frame, after);
    if (is_repeating_) answers_.emplace_back(frame.begin(), frame.end());
  }

  sim::Internet& internet_;
  Flood flood_;
  nic::SimulatedCable* cable_ = nullptr;
  bool is_repeating_ = false;
  std::vector<std::vector<std::byte>> answers_;  // of the repeating hosts
  std::uint64_t repeated_ = 0;
  Instant first_asked_;
  Instant last_asked_;
};

TEST(HostilePeer, CannotTakeTheRate) {
  for (const Flood& flood : {Flood{100, 50, 1}, Flood{100, 500, 1}, Flood{100, 5000, 1},
                             Flood{1000, 20'000, 1}, Flood{1000, 20'000, 200}}) {
    SCOPED_TRACE(testing::Message() << flood.repeats_pps << " repeats/s at " << flood.rate_pps);
    const auto hosts = static_cast<std::uint32_t>(10 * flood.rate_pps);
    const engine::Plan plan = make_simulated_plan(make_plain_scenario(flood.rate_pps, hosts));
    sim::Internet internet = sim::Internet::open({.answers = {.key = 1, .open_ppm = 1'000'000},
                                                  .mac = net::MacAddress({std::byte{2}})})
                                 .value();
    HostileInternet hostile(internet, flood);
    const auto [status, length] =
        drive(plan, hostile, [&](engine::Worker&, Instant now) { hostile.repeat(now); });
    EXPECT_EQ(hostile.asked, hosts);
    EXPECT_EQ(status.tally.open, hosts) << "found";
    const double seconds = to_seconds(hostile.length());
    EXPECT_GE(hosts / seconds, 0.75 * flood.rate_pps - 1) << "probes a second";
    const auto& [address, resets] = *std::ranges::max_element(
        hostile.resets, {}, [](const auto& entry) { return entry.second; });
    EXPECT_LE(resets, to_seconds(length) / 0.9 + 2) << "resets for one target";
    EXPECT_GE(status.refused_responses.refused, 5 * flood.repeats_pps);
    if (flood.hosts > 1) continue;
    EXPECT_EQ(status.refused_responses.host.address(), address);
  }
}

}  // namespace
}  // namespace masscan::test
