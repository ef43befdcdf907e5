#include "scan/plan.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "base/siphash.h"
#include "scan/rate_finder.h"
#include "targets/exclusion.h"

namespace masscan::scan {

net::PortRange Plan::ports_of(unsigned worker) const {
  const std::uint32_t count = source_ports.count();
  const std::uint32_t first = source_ports.first + count * worker / workers;
  const std::uint32_t end = source_ports.first + count * (worker + 1) / workers;
  return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - 1)};
}

double Plan::first_rate_pps() const {
  return finds_rate ? RateFinder(rate_pps).rate_pps() : rate_pps;
}

std::uint64_t Plan::probes() const {
  const std::uint64_t last = last_turn();
  return last > begin_turns.front() ? last - begin_turns.front() : 0;
}

// The targets, and where the shuffle leads from some positions.
std::uint64_t Plan::fingerprint() const {
  constexpr std::uint64_t kSamples = 16;
  SipHash hash(SipKey{});
  hash.add(space.fingerprint()).add(shard.number).add(shard.count).add(retries);
  for (std::uint64_t i = 0; i < kSamples; ++i) hash.add(shuffle(i % space.size()));
  return hash.finish();
}

namespace {

wire::TcpOptions to_wire(const TcpOptions& options) {
  wire::TcpOptions wired{.mss = options.mss,
                         .sack_permitted = options.sack_permitted,
                         .window_scale = options.window_scale};
  if (options.timestamp) wired.timestamp = wire::TcpTimestamp{.value = *options.timestamp};
  return wired;
}

std::uint64_t end_turn(const Config& config) {
  if (!config.resume_count || config.foreign_index) return Slice::kNoTurn;
  const std::uint64_t begin = config.resume_index.value_or(0);
  return *config.resume_count > Slice::kNoTurn - begin ? Slice::kNoTurn
                                                       : begin + *config.resume_count;
}

}  // namespace

std::vector<std::uint64_t> begin_turns(const Config& config) {
  if (config.resume_point) return config.resume_point->turns;
  return std::vector<std::uint64_t>(config.retries + 1, config.resume_index.value_or(0));
}

Result<Plan> make_plan(const Config& config) {
  targets::AddressSet targets = config.targets;
  targets::exclude(config.excludes, targets);
  targets::PairSet pairs = config.pairs;
  targets::exclude(config.excludes, pairs);
  targets::ProbeSpace space =
      TRY(targets::ProbeSpace::make(std::move(targets), config.ports, std::move(pairs)));
  const InstructionSet instructions = TRY(choose_instruction_set());
  const std::uint64_t seed = config.seed ? *config.seed : random_uint64();
  const targets::Shuffle shuffle(space.size(), seed);
  return Plan{
      .space = std::move(space),
      .shuffle = shuffle,
      .shard = config.shard,
      .cookie_key = config.cookie_key ? *config.cookie_key : random_key(),
      .tcp_options = to_wire(config.tcp),
      .ttl = config.ttl,
      .answers_with_reset = !config.no_reset,
      .instructions = instructions,
      .rate_pps = config.rate_pps,
      .finds_rate = config.finds_rate,
      .retries = config.retries,
      .retry_delay = config.retry_delay,
      .wait = config.wait,
      .begin_turns = begin_turns(config),
      .end_turn = end_turn(config),
  };
}

}  // namespace masscan::scan
