// A simulated cable: a queue pair at one end, a simulated network at the other, and faults in
// between. Time is an argument and random numbers come from a seed, so every run is repeatable.
//
//   MemoryQueue queue = ...;      // open(config, network)
//   for (;;) {
//    queue.advance(now);         // frames due by `now` reach the network or the engine
//     worker.poll(now);           // receive, release, reserve, submit
//     now = ...;                  // simulated time may jump to `next_due()`
//   }
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "nic/queue_pair.h"
#include "nic/slot_sender.h"

namespace masscan::nic {

// The interface through which a simulated network sends its replies.
class SimulatedCable {
 public:
  virtual ~SimulatedCable() = default;
  // Sends a copy of `frame` to the engine, `after` the frame that it answers, plus the delay of the
  // cable.
  virtual void send(Bytes frame, Duration after) = 0;
};

// The simulated network. It receives frames in order of time.
class Network {
 public:
  virtual ~Network() = default;
  // `frame` is valid until the call returns.
  virtual void on_frame(Bytes frame, Instant now, SimulatedCable& cable) = 0;
  // Does what is due by `now` without a frame.
  virtual void advance(Instant /*now*/) {}
  // When something is due next; nullopt: never.
  virtual std::optional<Instant> next_due() const { return std::nullopt; }
};

// Faults for each frame, in both directions. Probabilities are 0 to 1. Each frame gets a random
// delay, so a range of delays reorders.
struct Faults {
  double loss = 0;
  double duplicate = 0;
  double refuse = 0;  // a submitted frame finds the ring full, waits and is tried again
  // Every frame finds the ring full in this interval.
  Instant stall_begin = Instant::max();
  Instant stall_end = Instant::max();
  Duration delay_min{0};
  Duration delay_max{0};
  // A bottleneck in each direction: frames per second, and the longest time a frame may wait there.
  // A frame that would wait longer is lost.
  double capacity_fps = std::numeric_limits<double>::infinity();
  Duration queue = 50ms;
};

struct MemoryConfig {
  LinkLayer link_layer = LinkLayer::kEthernet;
  Faults faults{};
  std::uint64_t seed = 0;
  std::size_t transmit_slots = 512;
  std::size_t frame_bytes = 2048;  // the longest frame the engine may write
  // frames waiting for the engine; more are dropped
  std::size_t receive_limit = std::size_t{1} << 16;
  std::size_t in_flight_limit = std::size_t{1} << 20;  // frames on the cable; more are lost
  Duration wall_offset{0};  // added to the engine's time to make `captured_at`
};

// Counts of faults, for both directions together.
struct CableCounters {
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
};

class MemoryQueue final : public SlotSender<QueuePair>, private SimulatedCable {
 public:
  // REQUIRES: `network` outlives the queue. Several queues may share it if one thread uses them
  // all.
  static Result<std::unique_ptr<MemoryQueue>> open(const MemoryConfig& config, Network& network);

  // Advances time to `now`: frames due by then arrive, in order of time.
  void advance(Instant now) override;
  // Returns when the next frame arrives.
  std::optional<Instant> next_due() const override;
  const CableCounters& cable_counters() const { return cable_counters_; }

  void submit(std::size_t count) override;
  std::span<const RxFrame> receive() override;
  void release() override;
  int poll_fd() const override { return -1; }
  std::size_t longest_frame() const override { return kAnyFrame; }
  LinkLayer link_layer() const override { return config_.link_layer; }

 private:
  enum class Direction : std::uint8_t { kToNetwork, kToEngine };
  struct Flight {
    Instant due;
    std::uint64_t number;  // the order of sending decides between frames due at once
    Direction direction;
    std::vector<std::byte> frame;
  };
  // Order for a heap with the earliest flight on top.
  static bool is_later(const Flight& a, const Flight& b);

  MemoryQueue(const MemoryConfig& config, Network& network, TxSlots transmit);
  bool is_stalled() const;
  void send(Bytes frame, Duration after) override;
  void launch(Bytes frame, Instant at, Direction direction);
  void fly(Bytes frame, Instant due, Direction direction);
  void land(Flight flight);
  std::optional<Instant> pass_bottleneck(Instant at, Direction direction);
  Duration draw_delay();

  const MemoryConfig config_;
  Network& network_;
  Random random_;
  Instant now_;
  std::uint64_t next_number_ = 0;
  std::array<Instant, 2> bottleneck_free_{};   // when the next frame can pass, by direction
  std::vector<Flight> in_flight_;              // a heap
  std::vector<Flight> arrived_;                // for the engine, not yet received
  std::vector<Flight> lent_;                   // received, not yet released
  std::vector<RxFrame> views_;                 // of `lent_`
  std::vector<std::vector<std::byte>> spare_;  // reusable frame memory
  CableCounters cable_counters_;
};

}  // namespace masscan::nic
