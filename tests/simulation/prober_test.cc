// Compares the frames sent in batches with those of a prober that asks one turn at a time.
#include "engine/prober.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <vector>

#include "base/random.h"
#include "engine/worker.h"
#include "setup/make_plan.h"
#include "support/probe_frames.h"

namespace masscan::engine {
namespace {

using Frames = std::vector<std::vector<std::byte>>;

constexpr Instant kStart{std::chrono::hours(1)};
constexpr net::MacAddress kOurs({std::byte{2}, {}, {}, {}, {}, std::byte{2}});
constexpr net::MacAddress kRouter({std::byte{2}, {}, {}, {}, {}, std::byte{1}});

// Keeps every frame. With probability `is_short` it has fewer free slots than requested, or none.
class Keeper : public nic::QueuePair {
 public:
  Keeper(net::LinkLayer layer, double is_short, std::uint64_t seed, Frames& frames)
      : layer_(layer), is_short_(is_short), random_(seed), frames_(frames), slots_(kSlots) {
    for (std::size_t i = 0; i < kSlots; ++i) {
      slots_[i].buffer = MutableBytes(memory_).subspan(i * kFrameBytes, kFrameBytes);
    }
  }

  std::span<nic::TxFrame> reserve(std::size_t count) override {
    const std::size_t room = random_.chance(is_short_) ? random_.below(kSlots) : kSlots;
    return std::span(slots_).first(std::min(room, count));
  }
  void submit(std::size_t count) override {
    for (const nic::TxFrame& frame : std::span(slots_).first(count)) {
      const Bytes bytes = frame.buffer.first(frame.length);
      frames_.emplace_back(bytes.begin(), bytes.end());
    }
  }
  std::size_t queued() const override { return 0; }
  std::span<const nic::RxFrame> receive() override { return {}; }
  void release() override {}
  int poll_fd() const override { return -1; }
  std::size_t longest_frame() const override { return nic::kAnyFrame; }
  net::LinkLayer link_layer() const override { return layer_; }
  nic::QueueCounters counters() override { return {}; }

 private:
  static constexpr std::size_t kSlots = 64;
  static constexpr std::size_t kFrameBytes = 128;

  net::LinkLayer layer_;
  double is_short_;
  Random random_;
  Frames& frames_;
  std::vector<std::byte> memory_ = std::vector<std::byte>(kSlots * kFrameBytes);
  std::vector<nic::TxFrame> slots_;
};

// Has room for two frames, and two times out of three for none.
class Narrow final : public Keeper {
 public:
  explicit Narrow(Frames& frames) : Keeper(net::LinkLayer::kEthernet, 0, 1, frames) {}
  std::span<nic::TxFrame> reserve(std::size_t count) override {
    return Keeper::reserve(random_.chance(0.67) ? 0 : std::min<std::size_t>(count, 2));
  }

 private:
  Random random_{1};
};

net::AddressRange some_range(Random& random, bool is_v4, std::uint64_t most) {
  const std::uint64_t first = random.below(100'000);
  const std::uint64_t last = first + random.below(most);
  const auto at = [&](std::uint64_t offset) -> net::IpAddress {
    if (is_v4) return net::Ipv4Address(0x0a000000 + static_cast<std::uint32_t>(offset));
    return net::Ipv6Address(make_uint128(0xfd09000000000000, offset));
  };
  return {at(first), at(last)};
}

setup::Config some_config(Random& random) {
  setup::Config config{
      .rate_pps = 1e6,
      .seed = random.next(),
      .cookie_key = SipKey{random.next(), random.next()},
      .retries = random.chance(0.3) ? static_cast<unsigned>(1 + random.below(3)) : 0,
      .retry_delay = Duration(random.below(3) * 300'000),
      .wait = 0s,
      .ttl = static_cast<std::uint8_t>(1 + random.below(255))};
  const std::uint64_t families = 1 + random.below(3);
  for (const bool is_v4 : {true, false}) {
    if ((families & (is_v4 ? 1 : 2)) == 0) continue;
    for (auto ranges = 1 + random.below(5); ranges > 0; --ranges) {
      config.targets.add(some_range(random, is_v4, 600));
    }
    for (auto ranges = random.below(20); ranges > 0; --ranges) {
      config.excludes.add(some_range(random, is_v4, 8));
    }
  }
  for (auto ports = 1 + random.below(3); ports > 0; --ports) {
    const auto first = static_cast<std::uint16_t>(random.below(60000));
    config.ports.add(net::Transport::kTcp, {first, static_cast<std::uint16_t>(first + ports)});
  }
  if (random.chance(0.3)) config.ports.add(net::Transport::kIcmp, {0, 0});
  targets::PairList pairs;
  for (auto count = random.chance(0.3) ? random.below(200) : 0; count > 0; --count) {
    const net::IpAddress address = some_range(random, (families & 1) != 0, 1).first;
    pairs.add({address, {net::Transport::kTcp, static_cast<std::uint16_t>(random.below(65536))}});
  }
  config.pairs.add(std::move(pairs));
  config.shard.count = 1 + random.below(3);
  config.shard.number = 1 + random.below(config.shard.count);
  if (random.chance(0.5)) config.tcp.window_scale = 7;
  if (random.chance(0.3)) config.tcp.timestamp = 0x12345678;
  if (random.chance(0.3)) config.tcp.mss = std::nullopt;
  return config;
}

// A plan with one link, whose frames go to a router or, as raw IP, need none.
Plan some_plan(Random& random, InstructionSet instructions, unsigned workers) {
  Plan plan = setup::make_plan(some_config(random)).value();
  LinkPlan link{.interface = "test", .mac = kOurs};
  if (random.chance(0.3)) link.layer = net::LinkLayer::kRawIp;
  link.router_mac_v4 = link.router_mac_v6 = kRouter;
  link.sources = {some_range(random, true, 1), some_range(random, false, 1)};
  if (random.chance(0.3)) {
    link.sources = {some_range(random, true, 50),
                    some_range(random, false, 50),
                    {net::Ipv4Address(1), net::Ipv4Address(2)}};
  }
  plan.links = {std::move(link)};
  plan.next_hops = NextHops::through(std::nullopt, std::nullopt);
  const auto ports = static_cast<std::uint16_t>(random.chance(0.3) ? 4 : 16);
  plan.source_ports = {40000, static_cast<std::uint16_t>(40000 + ports - 1)};
  plan.instructions = instructions;
  plan.workers = workers;
  return plan;
}

// Makes the frames that one worker must send at each poll, without batches.
class Oracle {
 public:
  Oracle(const Plan& plan, unsigned worker)
      : plan_(plan),
        worker_share_(plan.share_of(worker)),
        sources_(plan.links[0].sources, plan.ports_of(worker)),
        settings_{plan.links[0].layer, kOurs, plan.probe_settings},
        schedule_(worker_share_.count(), plan.retries, plan.retry_delay) {}

  void send(Instant now, std::size_t count, Frames& frames) {
    for (; count > 0; --count) {
      const auto ask = schedule_.next(now);
      if (!ask) return;
      frames.push_back(frame(plan_.target(worker_share_.position(ask->turn))));
    }
  }

 private:
  std::vector<std::byte> frame(const targets::Target& target) const {
    const std::uint64_t cookie = probe::Cookie(plan_.cookie_key)(target.address, target.port);
    const auto source = sources_.choose(target.address.family(), cookie).value();
    return test::frame_that_asks(settings_, kRouter, {target.address, target.port, source},
                                 probe::carried_part(cookie));
  }

  const Plan& plan_;
  WorkerShare worker_share_;
  probe::SourceSet sources_;
  probe::FrameSettings settings_;
  Schedule schedule_;
};

// Runs the worker and the oracle to the end and compares their frames after every poll. Plans with
// retries get no full queues: a full queue delays a turn that was already taken, which shifts its
// retries.
void expect_same_frames(const Plan& plan, unsigned number, std::uint64_t seed, Frames& all) {
  Frames sent;
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  const double is_short = plan.retries == 0 ? 0.3 : 0;
  queues.push_back(std::make_unique<Keeper>(plan.links[0].layer, is_short, seed, sent));
  const auto worker = Worker::open(plan, number, std::move(queues)).value();
  Oracle oracle(plan, number);
  Frames expected;
  for (Instant now = kStart; worker->status().is_sending != 0; now += 50us) {
    worker->poll(now);
    worker->publish(now);
    const auto compared = static_cast<std::ptrdiff_t>(expected.size());
    oracle.send(now, sent.size() - expected.size(), expected);
    ASSERT_EQ(sent.size(), expected.size());
    ASSERT_TRUE(std::equal(sent.begin() + compared, sent.end(), expected.begin() + compared));
  }
  EXPECT_GE(sent.size(), plan.share_of(number).count());
  all.insert(all.end(), sent.begin(), sent.end());
}

TEST(Prober, SendsInBatchesWhatItWouldSendOneByOne) {
  constexpr std::uint64_t kPlans = 16;
  const char* const replayed = std::getenv("MASSCAN_SEED");
  const std::uint64_t first = replayed != nullptr ? std::strtoull(replayed, nullptr, 10) : 1;
  for (std::uint64_t seed = first; seed < (replayed != nullptr ? first + 1 : kPlans); ++seed) {
    SCOPED_TRACE("replay with MASSCAN_SEED=" + std::to_string(seed));
    for (const InstructionSet instructions : instruction_sets()) {
      Random random(seed);
      const Plan plan = some_plan(random, instructions, 1 + static_cast<unsigned>(seed % 3));
      Frames all;
      for (unsigned worker = 0; worker < plan.workers; ++worker) {
        expect_same_frames(plan, worker, seed + worker, all);
      }
      EXPECT_EQ(all.size(), plan.probes() * (plan.retries + 1));
      if (HasFailure()) return;
    }
  }
}

TEST(Prober, CountsForAPrefixOnlyWhatTheQueueTook) {
  constexpr unsigned kProbes = 2048;
  setup::Config config{.rate_pps = 1e6, .prefix_rate_pps = 1000, .seed = 1, .wait = 0s};
  config.targets.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0000ff)});
  config.ports.add(net::Transport::kTcp, {1, kProbes / 256});
  Plan plan = setup::make_plan(config).value();
  plan.links = {{.mac = kOurs, .sources = {{net::Ipv4Address(1), net::Ipv4Address(1)}}}};
  plan.links[0].router_mac_v4 = kRouter;
  plan.next_hops = NextHops::through(std::nullopt, std::nullopt);
  plan.source_ports = {40000, 40015};
  Frames sent;
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  queues.push_back(std::make_unique<Narrow>(sent));
  const auto worker = Worker::open(plan, 0, std::move(queues)).value();
  Instant now = kStart;
  for (; worker->status().is_sending != 0; now += 50us) {
    worker->poll(now);
    worker->publish(now);
  }
  EXPECT_EQ(sent.size(), kProbes);
  EXPECT_GE(now - kStart, kProbes * 1ms - PrefixLimit::kEarly - 1ms);
  EXPECT_LE(now - kStart, kProbes * 1ms);
}

// Returns the targets, without source ports, which depend on the worker.
std::multiset<targets::Target> targets_of(const Frames& frames, net::LinkLayer layer) {
  std::multiset<targets::Target> targets;
  for (const auto& frame : frames) {
    const auto packet = wire::Packet::parse(frame, layer);
    const bool is_tcp = packet->protocol == wire::Protocol::kTcp;
    const net::Port ping{net::Transport::kIcmp, 0};
    const net::Port port{net::Transport::kTcp, load_be<std::uint16_t>(packet->transport, 2)};
    targets.insert({packet->destination, is_tcp ? port : ping});
  }
  return targets;
}

TEST(Prober, AsksTheSameWithOneTwoAndFourWorkers) {
  std::multiset<targets::Target> of_one;
  for (const unsigned workers : {1u, 2u, 4u}) {
    Random random(11);
    const Plan plan = some_plan(random, instruction_sets().back(), workers);
    Frames all;
    for (unsigned worker = 0; worker < workers; ++worker) {
      expect_same_frames(plan, worker, worker, all);
    }
    const auto targets = targets_of(all, plan.links[0].layer);
    if (workers == 1) of_one = targets;
    EXPECT_EQ(targets, of_one) << workers << " workers";
  }
}

}  // namespace
}  // namespace masscan::engine
