#include "engine/worker_loop.h"

#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <vector>

#include "base/time.h"

namespace masscan::engine {

namespace {

// Longest wait for replies after an interrupt.
constexpr Duration kInterruptedWait = 1s;
// Longest sleep: interval at which the controls are read.
constexpr Duration kLongestSleep = 50ms;

std::vector<pollfd> descriptors_of(Worker& worker) {
  std::vector<pollfd> descriptors;
  for (Link& link : worker.links()) {
    const int fd = link.queue().poll_fd();
    if (fd >= 0) descriptors.push_back({.fd = fd, .events = POLLIN, .revents = 0});
  }
  return descriptors;
}

// Sleeps until something is due or a frame arrives.
void sleep(Worker& worker, std::vector<pollfd>& descriptors, Instant now) {
  Instant wake = worker.next_event(now);
  for (Link& link : worker.links()) {
    wake = std::min(wake, link.queue().next_due().value_or(Instant::max()));
  }
  if (wake <= now) return;
  const std::size_t listened = worker.is_stuck() ? 0 : descriptors.size();
  const auto length = std::min<Duration>(wake - now, kLongestSleep);
  const timespec timeout{.tv_sec = 0, .tv_nsec = length.count()};
  static_cast<void>(ppoll(descriptors.data(), listened, &timeout, nullptr));
}

}  // namespace

void run_worker(Worker& worker, SharedControls& controls) {
  prctl(PR_SET_TIMERSLACK, 1UL);  // timer slack of 1 ns, not the default of 50 us
  std::vector<pollfd> descriptors = descriptors_of(worker);
  LateExcludes::Reader excludes(controls.excludes());
  bool is_stopped = false;
  for (;;) {
    const Instant moment = now();
    Directives directives = controls.directives();
    directives.excludes = excludes.latest();
    if (directives.stop_mode == StopMode::kNow) {
      worker.release_kept();
      break;
    }
    if (directives.stop_mode == StopMode::kGraceful && !is_stopped) {
      worker.stop(kInterruptedWait);
      is_stopped = true;
    }
    worker.apply(directives, moment);
    for (Link& link : worker.links()) link.queue().advance(moment);
    worker.poll(moment);
    if (worker.is_done(moment)) break;
    sleep(worker, descriptors, moment);
  }
  worker.publish(now());
}

}  // namespace masscan::engine
