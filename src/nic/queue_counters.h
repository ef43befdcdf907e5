// Counters that never decrease, one for every place where a frame can be lost.
#pragma once

#include <cstdint>

namespace masscan::nic {

struct QueueCounters {
  std::uint64_t given = 0;    // frames submitted by the engine
  std::uint64_t sent = 0;     // frames accepted by the kernel
  std::uint64_t refused = 0;  // refusals (ring full, ENOBUFS); each refused frame is tried again
  std::uint64_t buffer_full = 0;  // of these: because the socket's send buffer was full
  // Frames that can never be sent: too long, or refused (as by a rule) while others were sent.
  std::uint64_t discarded = 0;
  std::uint64_t received = 0;      // frames returned to the engine
  std::uint64_t kernel_drops = 0;  // frames for us that found our receive ring full

  QueueCounters& operator+=(const QueueCounters& other) {
    given += other.given;
    sent += other.sent;
    refused += other.refused;
    buffer_full += other.buffer_full;
    discarded += other.discarded;
    received += other.received;
    kernel_drops += other.kernel_drops;
    return *this;
  }
  QueueCounters operator-(const QueueCounters& before) const {
    return {.given = given - before.given,
            .sent = sent - before.sent,
            .refused = refused - before.refused,
            .buffer_full = buffer_full - before.buffer_full,
            .discarded = discarded - before.discarded,
            .received = received - before.received,
            .kernel_drops = kernel_drops - before.kernel_drops};
  }
};

}  // namespace masscan::nic
