// A clock that somebody sets: preloaded (LD_PRELOAD) into a program, it moves the program's wall
// clock by CLOCK_JUMP_SECONDS, once CLOCK_JUMP_AFTER seconds have passed. The monotonic clock stays
// the kernel's.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

timespec kernel_time(clockid_t clock) {
  timespec time{};
  ::syscall(SYS_clock_gettime, clock, &time);
  return time;
}

long number(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

const long kJump = number("CLOCK_JUMP_SECONDS");
const long kAfter = kernel_time(CLOCK_MONOTONIC).tv_sec + number("CLOCK_JUMP_AFTER");

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the C library's name
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  *time = kernel_time(clock);
  const bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (is_wall && kernel_time(CLOCK_MONOTONIC).tv_sec >= kAfter) time->tv_sec += kJump;
  return 0;
}
