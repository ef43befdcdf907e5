#include "engine/plan.h"

#include <algorithm>

#include "base/siphash.h"
#include "engine/pace/rate_finder.h"
#include "probe/tcp_syn.h"

namespace masscan::engine {

net::PortRange Plan::ports_of(unsigned worker) const {
  const std::uint32_t count = source_ports.count();
  const std::uint32_t first = source_ports.first + count * worker / workers;
  const std::uint32_t end = source_ports.first + count * (worker + 1) / workers;
  return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - 1)};
}

bool Plan::probes_by_syn() const {
  return std::ranges::find(kinds, &probe::kTcpSyn) != kinds.end();
}

bool Plan::asks_ports() const {
  return std::ranges::any_of(kinds, [](const probe::Kind* kind) { return kind->has_ports(); });
}

std::vector<net::Transport> Plan::answered_by_kernel() const {
  std::vector<net::Transport> transports;
  for (const probe::Kind* kind : kinds) {
    if (kind->patterns.kernel_answers) transports.push_back(kind->ports.transport);
  }
  return transports;
}

unsigned Plan::rounds_of(net::Port port) const {
  for (const probe::Kind* kind : kinds) {
    if (!kind->asks(port) || kind->requests == nullptr) continue;
    return std::max(1u, kind->requests(probe_settings, port.number)) * (retries + 1);
  }
  return retries + 1;
}

std::uint32_t Plan::source_port_count() const {
  std::uint32_t most = 0;
  for (const probe::Kind* kind : kinds) most = std::max(most, kind->source_ports);
  return most;
}

std::vector<net::ProbePatterns> Plan::patterns() const {
  std::vector<net::ProbePatterns> patterns;
  for (const probe::Kind* kind : kinds) {
    if (kind->has_frames()) patterns.push_back(kind->patterns);
  }
  return patterns;
}

double Plan::first_rate_pps() const {
  return finds_rate ? RateFinder(rate_pps).rate_pps() : rate_pps;
}

std::uint64_t Plan::probes() const {
  const std::uint64_t last = last_turn();
  return last > begin_turns.front() ? last - begin_turns.front() : 0;
}

// Covers the targets, and the shuffle by samples.
std::uint64_t Plan::fingerprint() const {
  constexpr std::uint64_t kSamples = 16;
  SipHash hash(SipKey{});
  hash.add(space.fingerprint()).add(shard.number).add(shard.count).add(retries);
  for (std::uint64_t i = 0; i < kSamples; ++i) hash.add(shuffle(i % space.size()));
  return hash.finish();
}

}  // namespace masscan::engine
