// Asks hosts at ports that nothing should use, to find those that answer at any port. When a SYN
// scan finds the first open port of a host, the host is asked at `Plan::canaries` ports more, its
// canaries: ports of kPorts outside the plan, chosen by the key. If one of them is open, two others
// are asked a little later, unless a second one is open by then. Nothing is asked again.
//
// Here canaries are only asked. scan::FakeFinder, which gets the open ones as records, judges; see
// docs/fakes.md. Hosts are remembered in a set-associative table of fixed size, where a new one
// replaces the oldest of its set whose answers are not awaited any more. A host that finds no place
// is counted and not asked.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/plan.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::engine {

class Prober;

class Canaries {
 public:
  // Above the ports that Linux gives to programs that ask for any. A power of two.
  static constexpr net::PortRange kPorts = {61000, 65095};
  static constexpr unsigned kMost = 8;  // of a host, before one is open
  static constexpr unsigned kMore = 2;  // when one is open
  static constexpr Duration kMoreAfter = 500ms;
  // The results of a host wait so long for its canaries. Those that cannot be sent soon enough to
  // be answered in that time are given up.
  static constexpr Duration kHold = 1500ms;
  static constexpr Duration kLatest = 1s;
  static constexpr std::size_t kWays = 8;  // hosts of a set
  static constexpr std::size_t kSets = std::size_t{1} << 10;
  static constexpr std::size_t kQueued = 2048;  // hosts

  // `plan` must outlive the result.
  static Result<Canaries> open(const Plan& plan);

  // A port of `host` is open: asks its canaries, if they have not been asked. Returns true if their
  // answers are awaited.
  bool on_open(const net::IpAddress& host, Instant now);
  // Returns true if a port that is no target is a canary of this host.
  bool is_canary(const net::IpAddress& host, net::Port port) const;
  // A canary answered. Returns true for its first answer.
  // REQUIRES: is_canary.
  bool on_answer(const net::IpAddress& host, net::Port port, bool is_open, Instant now);

  // Sends at most `allowed` probes that are due; returns how many.
  std::size_t emit(Prober& prober, Instant now, std::size_t allowed) {
    return now < next_due_ || allowed == 0 ? 0 : emit_due(prober, now, allowed);
  }
  // Asks no more.
  void stop();
  Instant next_due() const { return next_due_; }  // Instant::max(): nothing is to be sent
  // True if every canary has answered.
  bool is_idle() const { return asks_.empty() && awaited_ == 0; }
  // Return the number of canaries sent, and of hosts that were not asked all of theirs.
  std::uint64_t sent() const { return sent_; }
  std::uint64_t unchecked() const { return unchecked_; }

 private:
  struct Host {
    std::uint64_t hash;
    Instant asked_at;
    std::uint8_t asked;      // canaries, whether sent or not
    std::uint8_t open;       // of them
    std::uint16_t answered;  // a bit for each
  };
  // Canaries of a host that are to be sent.
  struct Ask {
    net::IpAddress host;
    Instant due;
    unsigned next;
    unsigned end;
  };

  Canaries(const Plan& plan, MappedMemory memory);
  std::size_t emit_due(Prober& prober, Instant now, std::size_t allowed);
  std::optional<Instant> send(Ask& ask, Prober& prober, Instant now, std::size_t& room);
  void push(Host& known, const net::IpAddress& host, Instant due, unsigned count);
  std::uint64_t hash_of(const net::IpAddress& host) const;
  std::optional<net::Port> port_of(const net::IpAddress& host, unsigned number) const;
  std::optional<unsigned> number_of(const net::IpAddress& host, net::Port port) const;
  std::span<Host> set_of(std::uint64_t hash) const;
  Host* find(const net::IpAddress& host) const;

  const Plan* plan_;
  MappedMemory memory_;
  std::vector<Ask> asks_;  // oldest first
  Instant next_due_ = Instant::max();
  std::uint64_t awaited_ = 0;  // canaries that were sent and have not answered
  std::uint64_t sent_ = 0;
  std::uint64_t unchecked_ = 0;
  bool is_stopped_;
};

}  // namespace masscan::engine
