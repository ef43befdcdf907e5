#include "engine/canaries.h"

#include <algorithm>
#include <bit>

#include "base/siphash.h"
#include "engine/prober.h"

namespace masscan::engine {

namespace {

constexpr std::uint64_t kPurpose = 7;  // tells the hash from others of the key
// So many ports are tried to find canaries outside the plan.
constexpr unsigned kTries = 32;
// Interval at which canaries are tried again that must wait.
constexpr Duration kRetryInterval = 10ms;

}  // namespace

Result<Canaries> Canaries::open(const Plan& plan) {
  static_assert(sizeof(Host) == 24);
  return Canaries(plan, TRY(MappedMemory::anonymous(kSets * kWays * sizeof(Host))));
}

Canaries::Canaries(const Plan& plan, MappedMemory memory)
    : plan_(&plan), memory_(std::move(memory)), is_stopped_(plan.canaries == 0) {
  asks_.reserve(plan.canaries > 0 ? kQueued : 0);
}

bool Canaries::on_open(const net::IpAddress& host, Instant now) {
  if (is_stopped_) return false;
  if (const Host* const known = find(host)) {
    const bool is_awaited = std::popcount(known->answered) < known->asked;
    return is_awaited && now - known->asked_at < kHold;
  }
  if (!port_of(host, kMore - 1)) return false;  // the plan has nearly all ports
  const std::uint64_t hash = hash_of(host);
  Host& place = *std::ranges::min_element(set_of(hash), {}, &Host::asked_at);
  if (now - place.asked_at < kHold) {
    ++unchecked_;
    return false;
  }
  place = {.hash = hash, .asked_at = now, .asked = 0, .open = 0, .answered = 0};
  push(place, host, now, plan_->canaries);
  return place.asked > 0;
}

bool Canaries::is_canary(const net::IpAddress& host, net::Port port) const {
  const bool can_be =
      plan_->canaries > 0 && port.transport == net::Transport::kTcp && kPorts.contains(port.number);
  return can_be && number_of(host, port);
}

bool Canaries::on_answer(const net::IpAddress& host, net::Port port, bool is_open, Instant now) {
  Host* const known = find(host);
  const auto bit = static_cast<std::uint16_t>(1u << *number_of(host, port));
  if (known == nullptr || (known->answered & bit) != 0) return false;
  known->answered |= bit;
  if (awaited_ > 0) --awaited_;
  if (is_open && ++known->open == 1 && !is_stopped_) {
    push(*known, host, now + kMoreAfter, kMore);
  }
  return true;
}

void Canaries::push(Host& known, const net::IpAddress& host, Instant due, unsigned count) {
  if (asks_.size() == kQueued) {
    ++unchecked_;
    return;
  }
  asks_.push_back({host, due, known.asked, known.asked + count});
  known.asked += static_cast<std::uint8_t>(count);
  next_due_ = std::min(next_due_, due);
}

std::size_t Canaries::emit_due(Prober& prober, Instant now, std::size_t allowed) {
  std::size_t room = allowed;
  std::size_t kept = 0;
  next_due_ = Instant::max();
  for (Ask& ask : asks_) {
    if (const auto again = send(ask, prober, now, room)) {
      next_due_ = std::min(next_due_, *again);
      asks_[kept++] = ask;
    }
  }
  asks_.resize(kept);
  return allowed - room;
}

// Returns when the rest of them is tried again; nullopt if there is nothing more to send.
std::optional<Instant> Canaries::send(Ask& ask, Prober& prober, Instant now, std::size_t& room) {
  if (now < ask.due) return ask.due;
  if (now - ask.due >= kLatest) {
    ++unchecked_;
    return std::nullopt;
  }
  if (room == 0) return now;
  const Host* const known = find(ask.host);
  if (known == nullptr || known->open > 1) return std::nullopt;
  while (ask.next < ask.end) {
    const auto port = port_of(ask.host, ask.next);
    if (!port) return std::nullopt;
    if (room == 0) return now;
    switch (prober.send_canary({ask.host, *port}, now)) {
      case Prober::Outcome::kSent:
        ++ask.next;
        --room;
        ++awaited_;
        ++sent_;
        break;
      case Prober::Outcome::kFull:
        room = 0;
        return now;
      case Prober::Outcome::kParked:
        return now + kRetryInterval;
      case Prober::Outcome::kDropped:
        ++unchecked_;
        return std::nullopt;
    }
  }
  return std::nullopt;
}

void Canaries::stop() {
  is_stopped_ = true;
  asks_.clear();
  next_due_ = Instant::max();
}

std::uint64_t Canaries::hash_of(const net::IpAddress& host) const {
  return siphash(plan_->cookie_key, host.high(), host.low(), host.family(), kPurpose);
}

// Returns a canary of `host`; nullopt if the plan leaves too few ports. Steps of an odd length
// visit every port of kPorts once.
std::optional<net::Port> Canaries::port_of(const net::IpAddress& host, unsigned number) const {
  const std::uint64_t hash = hash_of(host);
  for (std::uint64_t i = 0; i < kTries; ++i) {
    const std::uint64_t offset = (hash + i * (hash >> 32 | 1)) % kPorts.count();
    const net::Port port{net::Transport::kTcp, static_cast<std::uint16_t>(kPorts.first + offset)};
    if (!plan_->space.index_of(host, port) && number-- == 0) return port;
  }
  return std::nullopt;
}

std::optional<unsigned> Canaries::number_of(const net::IpAddress& host, net::Port port) const {
  for (unsigned number = 0; number < plan_->canaries + kMore; ++number) {
    if (port_of(host, number) == port) return number;
  }
  return std::nullopt;
}

std::span<Canaries::Host> Canaries::set_of(std::uint64_t hash) const {
  return memory_.as<Host>().subspan(hash % kSets * kWays, kWays);
}

Canaries::Host* Canaries::find(const net::IpAddress& host) const {
  const std::uint64_t hash = hash_of(host);
  const std::span<Host> set = set_of(hash);
  const auto found = std::ranges::find(set, hash, &Host::hash);
  return found == set.end() ? nullptr : &*found;
}

}  // namespace masscan::engine
