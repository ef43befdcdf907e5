#include "scan/fake_finder.h"

#include <algorithm>
#include <bit>

#include "base/siphash.h"
#include "net/prefix.h"

namespace masscan::scan {

namespace {

using record::DataCheck;
using record::Suspect;

// A prefix with fewer targets is a list of hosts that the user knows.
constexpr double kLeastAddresses = 64;
// By chance, as many sequence numbers have the same hash once in 2^32.
constexpr std::uint32_t kSameIsns = 5;
constexpr Duration kShareInterval = FakeFinder::kReplyTime / 16;

net::AddressRange prefix_of(const net::IpAddress& address) {
  return net::Prefix{address, static_cast<std::uint8_t>(address.is_v4() ? 24 : 64)}.range();
}

// Returns how many members of the ascending ranges are in [first, last].
template <typename A>
double count_within(std::span<const targets::Range<A>> ranges, A first, A last) {
  double count = 0;
  auto range = std::ranges::partition_point(
      ranges, [first](const targets::Range<A>& one) { return one.last < first; });
  for (; range != ranges.end() && range->first <= last; ++range) {
    count += static_cast<double>(std::min(range->last, last).number() -
                                 std::max(range->first, first).number()) +
             1;
  }
  return count;
}

bool is_open_tcp(const record::Record& record) {
  return record.state == record::PortState::kOpen && record.port.transport == net::Transport::kTcp;
}

double count_tcp_ports(const engine::Plan& plan) {
  double count = 0;
  for (const net::TransportPorts& run : plan.space.ports().ranges()) {
    if (run.transport == net::Transport::kTcp) count += static_cast<double>(run.ports.count());
  }
  return count;
}

}  // namespace

constinit const std::array<FakeFinder::Limit, FakeFinder::kHost> FakeFinder::kLimits = {
    {{Suspect::kDenseHost, 10, 0.7},
     {Suspect::kDensePrefix, 16, 0.75},
     {Suspect::kDensePrefix, 16, 0.75}}};

// Small scans have small tables: their groups are scattered over all of it.
std::size_t FakeFinder::sets_for(const engine::Plan& plan) {
  constexpr double kLeastSets = 64;
  constexpr double kPrefixSize = 256;
  constexpr double kHostsOfAFake = 256;  // only fakes answer at canaries
  const double ports = count_tcp_ports(plan);
  const auto addresses = static_cast<double>(plan.space.addresses().count());
  const double of_hosts = ports >= kSameIsns ? 2 * addresses : 0;
  const double of_canaries = plan.canaries > 0 ? addresses / kHostsOfAFake : 0;
  const double groups = of_hosts + of_canaries + addresses / kPrefixSize * (1 + ports);
  const double sets = std::clamp<double>(groups / kWays, kLeastSets, kMostSets);
  return std::bit_ceil(static_cast<std::size_t>(sets));
}

Result<FakeFinder> FakeFinder::open(const engine::Plan& plan, SuspectCounts& counts) {
  static_assert(sizeof(Group) == 32);
  const std::size_t groups = sets_for(plan) * kWays;
  return FakeFinder(plan, counts, TRY(MappedMemory::anonymous(groups * sizeof(Group))));
}

FakeFinder::FakeFinder(const engine::Plan& plan, SuspectCounts& counts, MappedMemory memory)
    : plan_(&plan),
      tcp_ports_(count_tcp_ports(plan)),
      memory_(std::move(memory)),
      counts_(&counts) {}

void FakeFinder::update(std::uint64_t targets_asked, Instant now) {
  now_ = now;
  share_ = static_cast<double>(targets_asked) / static_cast<double>(plan_->space.size());
  if (shares_.empty() || now - shares_.back().first >= kShareInterval) {
    shares_.emplace_back(now, share_);
  }
  while (!shares_.empty() && now - shares_.front().first >= kReplyTime) {
    settled_share_ = shares_.front().second;
    shares_.pop_front();
  }
}

std::optional<record::Record> FakeFinder::take(record::Record record) {
  if (!is_open_tcp(record)) return noted(record);
  if (record.canary == record::Canary::kAnswer) {
    count_canary(record);
    return std::nullopt;
  }
  const bool was_counted = record.data_check > DataCheck::kBegun;
  const Groups groups = was_counted ? find(record) : count(record);
  if (record.data_check == DataCheck::kBegun) return std::nullopt;
  if (record.data_check == DataCheck::kPassed) count_heard(groups);
  if (record.suspect == Suspect::kNone) {
    if (record.canary == record::Canary::kAsked || is_undecided(groups)) {
      queue_.push_back({record, now_ + kHold});
      ++held_;
      return std::nullopt;
    }
    record.suspect = suspect_of(record, groups);
  }
  return noted(record);
}

std::optional<record::Record> FakeFinder::release() {
  if (queue_.empty()) return std::nullopt;
  const bool is_due = is_finished_ || queue_.front().until <= now_;
  if (!is_due && queue_.size() <= kMostHeld) return std::nullopt;
  record::Record record = queue_.front().record;
  queue_.pop_front();
  const Groups groups = find(record);
  record.suspect = suspect_of(record, groups);
  const bool is_awaited = record.canary == record::Canary::kAsked || is_undecided(groups);
  const bool is_unjudged = !is_due && record.suspect == Suspect::kNone && is_awaited;
  if (is_unjudged) counts_->unjudged.fetch_add(1, std::memory_order_relaxed);
  return noted(record);
}

record::Record FakeFinder::noted(record::Record record) const {
  if (record.suspect != Suspect::kNone) counts_->suspect.fetch_add(1, std::memory_order_relaxed);
  return record;
}

// Pairs of address and port are chosen by the user one by one, and may all be open.
bool FakeFinder::is_counted(const record::Record& record) const {
  return plan_->space.ports().contains(record.port) &&
         plan_->space.addresses().contains(record.address);
}

// A host that is asked few ports shows nothing by their number.
bool FakeFinder::is_used(std::size_t kind) const {
  if (kind == kCanaries) return plan_->canaries > 0;
  return tcp_ports_ >= kSameIsns || (kind != kStack && kind != kHost);
}

std::array<std::uint64_t, FakeFinder::kKinds> FakeFinder::hashes(
    const record::Record& record) const {
  const SipKey& key = plan_->cookie_key;
  const net::IpAddress& host = record.address;
  const net::IpAddress prefix = prefix_of(host).first;
  const std::uint32_t stack = std::uint32_t{record.stack_hash} << 8 | record.ttl;
  return {siphash(key, host.high(), host.low(), host.family(), 1, stack),
          siphash(key, prefix.high(), prefix.low(), prefix.family(), 2),
          siphash(key, prefix.high(), prefix.low(), prefix.family(), 3, record.port.number),
          siphash(key, host.high(), host.low(), host.family(), 4),
          siphash(key, host.high(), host.low(), host.family(), 5, stack)};
}

// Returns the number of addresses asked in the prefix of an address.
double FakeFinder::prefix_count(const net::IpAddress& address) const {
  const targets::AddressSet& asked = plan_->space.addresses();
  const auto [first, last] = prefix_of(address);
  return address.is_v4() ? count_within(asked.v4.ranges(), first.v4(), last.v4())
                         : count_within(asked.v6.ranges(), first.v6(), last.v6());
}

FakeFinder::Groups FakeFinder::count(const record::Record& record) {
  ++answers_;
  Groups groups = find(record);
  if (!is_counted(record)) return groups;
  const auto hash = hashes(record);
  double addresses = 0;
  const bool is_new = groups[kPrefix] == nullptr || groups[kPrefixPort] == nullptr;
  if (is_new) addresses = prefix_count(record.address);
  const double prefix_size = addresses < kLeastAddresses ? 0 : addresses;
  const std::array<double, kKinds> sizes = {tcp_ports_, prefix_size * tcp_ports_, prefix_size,
                                            tcp_ports_};
  for (std::size_t i = 0; i < kCanaries; ++i) {
    if (!is_used(i)) continue;
    if (groups[i] == nullptr) groups[i] = &insert(hash[i], sizes[i]);
    Group& group = *groups[i];
    if (group.open == 0) group.isn_hash = record.isn_hash;
    group.has_one_isn &= group.isn_hash == record.isn_hash;
    ++group.open;
    group.order = answers_;
  }
  return groups;
}

// One canary may be a service. The same one may be asked by several workers, and again.
void FakeFinder::count_canary(const record::Record& record) {
  ++answers_;
  Group* group = find(record)[kCanaries];
  if (group == nullptr) group = &insert(hashes(record)[kCanaries], record.port.number);
  group->is_dense |= group->size != static_cast<float>(record.port.number);
  group->order = answers_;
}

FakeFinder::Groups FakeFinder::find(const record::Record& record) const {
  Groups groups{};
  const auto hash = hashes(record);
  const std::size_t first = is_counted(record) ? 0u : static_cast<std::size_t>(kCanaries);
  for (std::size_t i = first; i < groups.size(); ++i) {
    if (!is_used(i)) continue;
    const std::span<Group> set = set_of(hash[i]);
    const auto found = std::ranges::find(set, hash[i], &Group::hash);
    if (found != set.end()) groups[i] = &*found;
  }
  return groups;
}

std::span<FakeFinder::Group> FakeFinder::set_of(std::uint64_t hash) const {
  const std::span<Group> groups = memory_.as<Group>();
  return groups.subspan(hash % (groups.size() / kWays) * kWays, kWays);
}

FakeFinder::Group& FakeFinder::insert(std::uint64_t hash, double size) {
  const std::span<Group> set = set_of(hash);
  Group& group = *std::ranges::min_element(
      set, {}, [](const Group& one) { return std::pair(one.is_dense, one.order); });
  group = {
      .hash = hash, .size = static_cast<float>(size), .first_share = static_cast<float>(share_)};
  return group;
}

// Returns the expected number of targets of a group whose answers have arrived. Between its first
// answer and now as many were answered as were asked in that time, whatever the path's delay.
double FakeFinder::asked(const Group& group) const {
  if (is_finished_) return group.size * share_;
  return group.size * std::max<double>(share_ - group.first_share, settled_share_);
}

// Returns how many of the asked targets a group could answer. A port that another stack of the host
// answers is none.
double FakeFinder::available(const Groups& groups, std::size_t kind) const {
  const Group& group = *groups[kind];
  if (kind != kStack || groups[kHost] == nullptr) return asked(group);
  const double others = groups[kHost]->open - std::min(group.open, groups[kHost]->open);
  return std::max<double>(asked(*groups[kHost]) - others, group.open);
}

// A dense group stays so while its share is above what is plausible. Of the stacks of a host only
// the one with most answers can be a fake: beside it, services may be all that is left.
bool FakeFinder::judge(const Groups& groups, std::size_t kind) const {
  Group& group = *groups[kind];
  const Limit& limit = kLimits[kind];
  const double floor = group.is_dense ? 0 : limit.floor;
  const bool is_minor =
      kind == kStack && groups[kHost] != nullptr && 2 * group.open <= groups[kHost]->open;
  group.is_dense =
      group.size > 0 && !is_minor && group.open > floor + limit.slope * available(groups, kind);
  return group.is_dense;
}

// True if one of the groups can become dense, and its answers may still be too few by chance.
bool FakeFinder::is_undecided(const Groups& groups) const {
  for (std::size_t kind = 0; kind < kLimits.size(); ++kind) {
    if (groups[kind] == nullptr) continue;
    const auto [suspect, floor, slope] = kLimits[kind];
    const bool can_be_dense = groups[kind]->size > floor + slope * groups[kind]->size;
    if (can_be_dense && groups[kind]->open + floor >= slope * available(groups, kind)) return true;
  }
  const Group* const stack = groups[kStack];
  return stack != nullptr && stack->has_one_isn && stack->open > 1 && stack->open < kSameIsns;
}

void FakeFinder::count_heard(const Groups& groups) {
  for (std::size_t kind = 0; kind < kLimits.size(); ++kind) {
    if (groups[kind] != nullptr) ++groups[kind]->heard;
  }
}

// A service that speaks among ports that do not is none of the fakes around it. Where most ports
// speak, what they say may be faked too.
Suspect FakeFinder::suspect_of(const record::Record& record, const Groups& groups) const {
  const auto is_proven = [&](std::size_t kind) {
    return record.data_check == DataCheck::kPassed && groups[kind] != nullptr &&
           2 * groups[kind]->heard <= groups[kind]->open;
  };
  if (is_proven(kStack)) return Suspect::kNone;
  const Group* const stack = groups[kStack];
  const bool has_one_isn = stack != nullptr && stack->has_one_isn && stack->open >= kSameIsns;
  if (has_one_isn) return Suspect::kSameIsn;
  const Group* const canaries = groups[kCanaries];
  if (canaries != nullptr && canaries->is_dense) return Suspect::kAnyPort;
  for (std::size_t kind = 0; kind < kLimits.size(); ++kind) {
    const bool is_dense = groups[kind] != nullptr && judge(groups, kind);
    if (is_dense && !is_proven(kind)) return kLimits[kind].suspect;
  }
  return Suspect::kNone;
}

}  // namespace masscan::scan
