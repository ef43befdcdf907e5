#include "base/random.h"

#include <fcntl.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/fatal.h"
#include "base/file.h"

namespace masscan {
namespace {

using Octets = std::array<char, sizeof(std::uint64_t)>;

bool ask_kernel(Octets& octets) {
  for (;;) {
    const ssize_t count = ::getrandom(octets.data(), octets.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    return count == static_cast<ssize_t>(octets.size());
  }
}

// Fallback for systems where a seccomp filter blocks getrandom.
bool read_device(Octets& octets) {
  const UniqueFd fd = files::open("/dev/urandom", O_RDONLY);
  return fd.is_open() && read_all_at(fd.get(), octets, 0) == static_cast<ssize_t>(octets.size());
}

}  // namespace

std::uint64_t random_uint64() {
  Octets octets;
  if (!ask_kernel(octets) && !read_device(octets)) {
    exit_with_sentence("the kernel gives no random numbers, by getrandom(2) or /dev/urandom");
  }
  std::uint64_t value = 0;
  std::memcpy(&value, octets.data(), octets.size());
  return value;
}

SipKey random_key() { return {.low = random_uint64(), .high = random_uint64()}; }

}  // namespace masscan
