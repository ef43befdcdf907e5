#include "simulation/simulated_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "engine/worker.h"
#include "setup/make_plan.h"
#include "support/sample.h"
#include "wire/packet.h"
#include "wire/sctp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace masscan::test {

namespace {

constexpr Instant kStart{std::chrono::hours(1)};
// Number of addresses of each family that ranges are chosen from: enough for variety, few enough
// for hundreds of scans.
constexpr std::uint64_t kAddresses = 500;

// Upper bound for the time between two readings of the directives, as in a real worker.
constexpr Duration kLongestSleep = 10ms;

net::MacAddress mac(std::uint8_t last) {
  return net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{last}});
}

net::IpAddress random_address(Random& random, bool is_v4) {
  if (is_v4)
    return net::Ipv4Address(0x0a000000 + static_cast<std::uint32_t>(random.below(kAddresses)));
  return net::Ipv6Address(make_uint128(0xfd09000000000000, random.below(kAddresses)));
}

net::AddressRange random_range(Random& random, bool is_v4) {
  const net::IpAddress a = random_address(random, is_v4);
  const net::IpAddress b = random_address(random, is_v4);
  return {std::min(a, b), std::max(a, b)};
}

net::PortRange random_port(Random& random) {
  const auto port = static_cast<std::uint16_t>(random.below(65536));
  return {port, port};
}

void choose_targets(Random& random, setup::Config& config) {
  const bool has_v4 = random.chance(0.8);
  const bool has_v6 = !has_v4 || random.chance(0.3);
  for (const bool is_v4 : {true, false}) {
    if (!(is_v4 ? has_v4 : has_v6)) continue;
    for (auto ranges = 1 + random.below(4); ranges > 0; --ranges) {
      config.targets.add(random_range(random, is_v4));
    }
    for (auto ranges = random.below(4); ranges > 0; --ranges) {
      const net::IpAddress one = random_address(random, is_v4);
      config.excludes.add({one, one});
    }
  }
  for (auto ports = 1 + random.below(3); ports > 0; --ports) {
    config.ports.add(net::Transport::kTcp, random_port(random));
  }
}

targets::PortSet pings_alone() {
  targets::PortSet ports;
  ports.add(net::Transport::kIcmp, {0, 0});
  return ports;
}

void choose_faults(Random& random, nic::Faults& faults) {
  if (random.chance(0.5)) faults.delay_max = Duration(random.below(400'000'000));
  if (random.chance(0.3)) faults.loss = 0.3 * static_cast<double>(random.below(100)) / 100;
  if (random.chance(0.3)) faults.duplicate = 0.3;
  if (random.chance(0.3)) faults.refuse = 0.2;
}

// Returns the port that a frame asks, if it is a probe.
std::optional<net::Port> asked_port(const wire::Packet& packet) {
  if (packet.protocol == wire::Protocol::kTcp) {
    const auto tcp = wire::TcpView::parse(packet.transport);
    if (!tcp || tcp->has_flags(wire::tcp_flag::kRst)) return std::nullopt;
    return net::Port{net::Transport::kTcp, tcp->destination_port()};
  }
  if (packet.protocol == wire::Protocol::kUdp) {
    const auto udp = wire::UdpView::parse(packet.transport);
    return udp ? std::optional<net::Port>({net::Transport::kUdp, udp->header().destination_port})
               : std::nullopt;
  }
  if (packet.protocol == wire::Protocol::kSctp) {
    const auto sctp = wire::SctpView::parse(packet.transport);
    if (!sctp || sctp->chunk_type() != wire::sctp_chunk::kInit) return std::nullopt;
    return net::Port{net::Transport::kSctp, sctp->header().destination_port};
  }
  return sim::asked_icmp_port(packet);
}

// Records the probes before the simulated internet receives them.
class Witness final : public nic::Network {
 public:
  Witness(const engine::Plan& plan, sim::Internet& internet, Outcome& outcome)
      : plan_(plan), internet_(internet), outcome_(outcome) {}

  void on_frame(Bytes frame, Instant now, nic::SimulatedCable& cable) override {
    const auto packet = wire::Packet::parse(frame, net::LinkLayer::kEthernet);
    const auto port = packet ? asked_port(*packet) : std::nullopt;
    const bool is_target = port && plan_.space.index_of(packet->destination, *port);
    auto& asked = is_target ? outcome_.asked : outcome_.asked_beside;
    if (port) asked[{packet->destination, *port}].push_back(now);
    internet_.on_frame(frame, now, cable);
  }
  void advance(Instant now) override { internet_.advance(now); }
  std::optional<Instant> next_due() const override { return internet_.next_due(); }

 private:
  const engine::Plan& plan_;
  sim::Internet& internet_;
  Outcome& outcome_;
};

using Workers = std::vector<std::unique_ptr<engine::Worker>>;

Workers open_workers(const Scenario& scenario, const engine::Plan& plan, Witness& witness) {
  Workers workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    std::vector<std::unique_ptr<nic::QueuePair>> queues;
    queues.push_back(
        nic::MemoryQueue::open({.faults = scenario.faults, .seed = scenario.seed + number}, witness)
            .value());
    workers.push_back(engine::Worker::open(plan, number, std::move(queues)).value());
  }
  return workers;
}

// Advances one worker to `now`; returns the time of its next event.
Instant step(engine::Worker& worker, Instant now, std::vector<record::Record>& records) {
  nic::QueuePair& queue = worker.links().front().queue();
  queue.advance(now);
  worker.poll(now);
  while (auto record = worker.records().pop()) {
    if (record->canary != record::Canary::kAnswer) records.push_back(*record);
  }
  return std::min(worker.next_event(now), queue.next_due().value_or(Instant::max()));
}

void add(engine::Tally& sum, const engine::Tally& part) {
  sum.probes_sent += part.probes_sent;
  sum.retries_sent += part.retries_sent;
  sum.canaries_sent += part.canaries_sent;
  sum.canary_answers += part.canary_answers;
  sum.unchecked += part.unchecked;
  sum.behind += part.behind;
  sum.answers += part.answers;
  sum.duplicate += part.duplicate;
  sum.foreign += part.foreign;
  sum.bad += part.bad;
  sum.kernel_drops += part.kernel_drops;
  sum.unroutable += part.unroutable;
  sum.unresolved += part.unresolved;
  sum.excluded += part.excluded;
  sum.open += part.open;
  sum.closed += part.closed;
  sum.filtered += part.filtered;
  sum.unfiltered += part.unfiltered;
  sum.open_filtered += part.open_filtered;
}

engine::Tally total(const Workers& workers) {
  engine::Tally sum;
  for (const auto& worker : workers) add(sum, worker->status().tally);
  return sum;
}

}  // namespace

Scenario::Scenario(std::uint64_t number) : seed(number) {
  Random random(number);
  choose_targets(random, config);
  config.rate_pps = 1000.0 * static_cast<double>(1 + random.below(200));
  config.seed = random.next();
  config.cookie_key = SipKey{random.next(), random.next()};
  if (random.chance(0.4)) {
    config.shard.count = 1 + random.below(7);
    config.shard.number = 1 + random.below(config.shard.count);
  }
  config.retries = random.chance(0.4) ? static_cast<unsigned>(1 + random.below(3)) : 0;
  config.no_reset = random.chance(0.3);
  workers = static_cast<unsigned>(1 + random.below(3));
  is_on_link = random.chance(0.3);
  choose_faults(random, faults);
  internet = {.answers = {.key = random.next(),
                          .open_ppm = static_cast<std::uint32_t>(random.below(300'000)),
                          .closed_ppm = static_cast<std::uint32_t>(random.below(1'000'000))},
              .mac = mac(1),
              .unresolved_ppm = is_on_link && random.chance(0.5) ? 200'000u : 0u,
              .prohibited_ppm = random.chance(0.3) ? 300'000u : 0u,
              .noise_ppm = random.chance(0.3) ? 100'000u : 0u,
              .seed = random.next()};
  if (random.chance(0.3)) config.ports.add(net::Transport::kIcmp, {0, 0});
  if (random.chance(0.1)) config.ports = pings_alone();
  if (random.chance(0.4)) {
    const auto first = static_cast<std::uint16_t>(random.below(65530));
    config.ports.add(net::Transport::kUdp, {first, static_cast<std::uint16_t>(first + 1)});
  }
  if (random.chance(0.3)) config.ports.add(net::Transport::kSctp, random_port(random));
  if (config.targets.v6.empty() && random.chance(0.3)) {
    config.ports.add(net::Transport::kIcmp, {1, 1});
    config.ports.add(net::Transport::kIcmp, {3, 3});
  }
  if (random.chance(0.3)) internet.tarpit_ppm = 200'000;
}

std::uint64_t seeds(std::uint64_t usual) {
  const char* asked = std::getenv("MASSCAN_SEEDS");
  if (asked) return std::strtoull(asked, nullptr, 10);
  return all_or(usual, std::min(usual, 20 + usual / 4));
}

std::string describe(const Scenario& scenario) {
  return fmt::format(
      "replay with MASSCAN_SEED={}: loss {} duplicate {} refuse {} delay to {} ms, {} worker(s), "
      "shard {}, {} retries, {}",
      scenario.seed, scenario.faults.loss, scenario.faults.duplicate, scenario.faults.refuse,
      scenario.faults.delay_max / 1ms, scenario.workers, to_string(scenario.config.shard),
      scenario.config.retries, scenario.is_on_link ? "on-link" : "routed");
}

engine::Plan make_simulated_plan(const Scenario& scenario) {
  engine::Plan plan = setup::make_plan(scenario.config).value();
  const net::IpAddress own_v4 = net::Ipv4Address(0xc6120002);
  const net::IpAddress own_v6 = net::Ipv6Address(make_uint128(0xfd18000000000000, 2));
  plan.links = {
      {.interface = "memory", .mac = mac(2), .sources = {{own_v4, own_v4}, {own_v6, own_v6}}}};
  if (scenario.is_on_link) {
    plan.next_hops = engine::NextHops::through(std::nullopt, std::nullopt);
  } else {
    plan.next_hops = engine::NextHops::through(
        net::Ipv4Address(0xc6120001), net::Ipv6Address(make_uint128(0xfd18000000000000, 1)));
  }
  plan.source_ports = {61000, 63047};
  plan.workers = scenario.workers;
  return plan;
}

Scenario make_plain_scenario(double rate_pps, std::uint32_t hosts) {
  Scenario scenario(1);
  scenario.config = {.rate_pps = rate_pps, .seed = 1, .wait = 2s};
  const net::Ipv4Address first(0x0a000000);
  scenario.config.targets.add({first, net::Ipv4Address(first.number() + hosts - 1)});
  scenario.config.ports.add(net::Transport::kTcp, {80, 80});
  scenario.workers = 1;
  scenario.is_on_link = false;
  return scenario;
}

Driven drive(const engine::Plan& plan, nic::Network& network,
             const std::function<void(engine::Worker&, Instant)>& on_step) {
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  queues.push_back(nic::MemoryQueue::open({}, network).value());
  const auto worker = engine::Worker::open(plan, 0, std::move(queues)).value();
  std::vector<record::Record> records;
  Instant now = kStart;
  while (!worker->is_done(now) && now - kStart < 1h) {
    if (on_step) on_step(*worker, now);
    const Instant next = step(*worker, now, records);
    now = std::max(now + 1us, std::min(next, now + kLongestSleep));
  }
  worker->publish(now);
  return {worker->status(), now - kStart};
}

Outcome run(const Scenario& scenario, const engine::Plan& plan, sim::Internet& internet,
            Duration life, const std::vector<record::Record>& found) {
  Outcome outcome;
  Witness witness(plan, internet, outcome);
  Workers workers = open_workers(scenario, plan, witness);
  for (const auto& worker : workers) {
    for (const record::Record& record : found) worker->remember(record);
  }
  std::vector<Instant> due(workers.size(), kStart);
  std::vector<bool> is_done(workers.size());
  Instant now = kStart;
  while (now - kStart < life) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (is_done[i] || due[i] > now) continue;
      if (scenario.directives) {
        workers[i]->apply(scenario.directives(now - kStart, total(workers)), now);
      }
      if (now - kStart >= scenario.stopped_after) workers[i]->stop(1s);
      due[i] = step(*workers[i], now, outcome.records);
      if (scenario.directives) due[i] = std::min(due[i], now + kLongestSleep);
      outcome.is_stuck |= workers[i]->status().stuck_link != 0;
      if (outcome.is_stuck) workers[i]->stop(1s);
      is_done[i] = workers[i]->is_done(now);
      if (is_done[i]) due[i] = Instant::max();
    }
    outcome.ended = std::all_of(is_done.begin(), is_done.end(), [](bool done) { return done; });
    if (outcome.ended) break;
    now = std::max(now + 1us, *std::min_element(due.begin(), due.end()));
  }
  outcome.turns.assign(plan.rounds, engine::WorkerShare::kNoTurn);
  for (const auto& worker : workers) {
    worker->publish(now);
    outcome.is_stuck |= worker->status().stuck_link != 0;
    for (unsigned round = 0; round < plan.rounds; ++round) {
      outcome.turns[round] = std::min(outcome.turns[round], worker->asked(round));
    }
  }
  outcome.tally = total(workers);
  outcome.internet = internet.counters();
  outcome.length = now - kStart;
  return outcome;
}

}  // namespace masscan::test
