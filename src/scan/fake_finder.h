// Marks open ports that are probably fakes: answers of a SYN proxy, middlebox or tarpit that
// accepts connections to ports without a service. docs/fakes.md describes the signs.
//
// Single SYN-ACKs are judged by probe::kTcpSyn. Here they are counted in groups: the answers of a
// host from one TCP stack, of a /24 or /64, and of one port of such a prefix. Targets are asked in
// random order, so the share of the whole scan that was asked is also the share of each group. A
// group is dense if clearly more of its asked ports are open than is plausible. So that the first
// answers of a dense group are marked too, those of groups that may become dense are held for one
// and a half seconds. Memory is bounded: a new group replaces one that is not dense and the longest
// silent.
// Thread: the writer's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/canaries.h"
#include "engine/plan.h"
#include "record/record.h"

namespace masscan::scan {

// Open ports so far. Thread: any reads.
struct SuspectCounts {
  std::atomic<std::uint64_t> suspect = 0;
  std::atomic<std::uint64_t> unjudged = 0;  // written early, because too many were held
};

class FakeFinder {
 public:
  static constexpr Duration kHold = engine::Canaries::kHold;
  static constexpr std::size_t kMostHeld = std::size_t{1} << 15;
  static constexpr std::size_t kWays = 8;  // groups of a set
  static constexpr std::size_t kMostSets = std::size_t{1} << 13;
  // An answer arrives within this time after its probe, or the probe counts as unanswered.
  static constexpr Duration kReplyTime = 500ms;

  // `plan` and `counts` must outlive the result.
  static Result<FakeFinder> open(const engine::Plan& plan, SuspectCounts& counts);

  // Sets the time, and the number of targets asked until now.
  void update(std::uint64_t targets_asked, Instant now);
  // The last answer was taken: nothing is held any more.
  void finish() { is_finished_ = true; }
  // Returns the record if it can be written now, or nullopt if it is held or no result.
  std::optional<record::Record> take(record::Record record);
  // Returns the next held record, judged, that need not wait any longer.
  std::optional<record::Record> release();
  // Return the number of records that were ever held, and how many of them were released.
  std::uint64_t held() const { return held_; }
  std::uint64_t released() const { return held_ - queue_.size(); }

 private:
  // What makes a group dense: more open ports than `floor` + `slope` x asked ones. The floor allows
  // for chance, the slope is the share that is just plausible.
  struct Limit {
    record::Suspect suspect;
    double floor;
    double slope;
  };
  struct Group {
    std::uint64_t hash = 0;   // 0: unused
    float size = 0;           // its targets; of kCanaries: the port that answered first
    float first_share = 0;    // asked_share at its first answer
    std::uint32_t open = 0;   // answers
    std::uint32_t order = 0;  // of its last answer among all
    std::uint32_t heard = 0;  // of them: services that have spoken (--data-check)
    std::uint8_t isn_hash = 0;
    bool has_one_isn = true;  // so far
    bool is_dense = false;
  };
  struct Held {
    record::Record record;
    Instant until;
  };
  // The groups of a record; null: evicted. The last two have no limit of their own. kCanaries is
  // what canaries of the host answered from the same stack; dense: at two ports.
  enum Kind : std::size_t { kStack, kPrefix, kPrefixPort, kHost, kCanaries, kKinds };
  using Groups = std::array<Group*, kKinds>;
  static const std::array<Limit, kHost> kLimits;

  FakeFinder(const engine::Plan& plan, SuspectCounts& counts, MappedMemory memory);

  static std::size_t sets_for(const engine::Plan& plan);
  std::array<std::uint64_t, kKinds> hashes(const record::Record& record) const;
  double prefix_count(const net::IpAddress& address) const;
  bool is_counted(const record::Record& record) const;
  bool is_used(std::size_t kind) const;
  Groups count(const record::Record& record);
  void count_canary(const record::Record& record);
  Groups find(const record::Record& record) const;
  Group& insert(std::uint64_t hash, double size);
  std::span<Group> set_of(std::uint64_t hash) const;
  double asked(const Group& group) const;
  double available(const Groups& groups, std::size_t kind) const;
  bool judge(const Groups& groups, std::size_t kind) const;
  bool is_undecided(const Groups& groups) const;
  void count_heard(const Groups& groups);
  record::Suspect suspect_of(const record::Record& record, const Groups& groups) const;
  record::Record noted(record::Record record) const;

  const engine::Plan* plan_;
  double tcp_ports_;
  MappedMemory memory_;
  std::deque<Held> queue_;
  std::uint64_t held_ = 0;
  SuspectCounts* counts_;
  std::uint32_t answers_ = 0;
  bool is_finished_ = false;

  Instant now_{};
  double share_ = 0;                               // of all targets, asked until now
  double settled_share_ = 0;                       // asked kReplyTime ago
  std::deque<std::pair<Instant, double>> shares_;  // of the last kReplyTime
};

}  // namespace masscan::scan
