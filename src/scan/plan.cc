#include "scan/plan.h"

#include <utility>

#include "base/random.h"

namespace masscan::scan {

net::PortRange Plan::ports_of(unsigned worker) const {
  const std::uint32_t count = source_ports.count();
  const std::uint32_t first = source_ports.first + count * worker / workers;
  const std::uint32_t end = source_ports.first + count * (worker + 1) / workers;
  return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - 1)};
}

std::uint64_t Plan::probes() const { return Slice(space.size(), shard, 0, 1).count(); }

namespace {

wire::TcpOptions to_wire(const TcpOptions& options) {
  wire::TcpOptions wired{.mss = options.mss,
                         .sack_permitted = options.sack_permitted,
                         .window_scale = options.window_scale};
  if (options.timestamp) wired.timestamp = wire::TcpTimestamp{.value = *options.timestamp};
  return wired;
}

}  // namespace

Result<Plan> make_plan(const Config& config) {
  targets::AddressSet targets = config.targets;
  targets.subtract(config.excludes);
  targets::ProbeSpace space = TRY(targets::ProbeSpace::make(std::move(targets), config.ports));
  const std::uint64_t seed = config.seed ? *config.seed : random_uint64();
  const targets::Shuffle shuffle(space.size(), seed);
  return Plan{
      .space = std::move(space),
      .shuffle = shuffle,
      .shard = config.shard,
      .links = {},
      .ways = {},
      .routers = {},
      .notes = {},
      .source_ports = {},
      .cookie_key = config.cookie_key ? *config.cookie_key : random_key(),
      .tcp_options = to_wire(config.tcp),
      .ttl = config.ttl,
      .answers_with_reset = !config.no_reset,
      .rate_pps = config.rate_pps,
      .retries = config.retries,
      .retry_delay = config.retry_delay,
      .wait = config.wait,
  };
}

}  // namespace masscan::scan
