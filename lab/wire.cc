// lab_wire: a cable between two network namespaces, implemented by this process. It adds delay,
// reordering, duplicates, loss and a bottleneck, because the kernel here has no queueing discipline
// for them.
//
//   lab_wire --tap|--tun SPACE INTERFACE SPACE INTERFACE
//            [--delay MS] [--jitter MS] [--duplicate PPM] [--drop PPM] [--limit FRAMES]
//
// --tap makes an Ethernet cable, --tun a raw-IP one without addresses of its own. A frame is held
// for the delay and a random part of the jitter, so frames may overtake each other. At most --limit
// frames pass in a second in each direction. A queue holds the frames of 50 ms; frames that find it
// full are lost. The interfaces and the process end with the namespaces.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace masscan {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;
constexpr std::size_t kHeldLimit = 1 << 17;  // frames in flight; more are lost, as in a real queue
constexpr Duration kQueue = 50ms;            // capacity of the bottleneck's queue
constexpr std::size_t kFrameLimit = 65'536;  // bytes

struct Quality {
  std::uint32_t delay_ms = 0;
  std::uint32_t jitter_ms = 0;
  std::uint32_t duplicate_ppm = 0;
  std::uint32_t drop_ppm = 0;
  std::uint32_t limit_fps = 0;  // 0: none
};

struct HeldFrame {
  Instant due;
  std::size_t to = 0;
  std::vector<char> bytes;

  bool operator>(const HeldFrame& other) const { return due > other.due; }
};

class Cable {
 public:
  Cable(std::array<UniqueFd, 2> ends, Quality quality)
      : ends_(std::move(ends)), quality_(quality) {}

  // Forwards frames until an end is gone.
  void run() {
    while (wait()) {
      take(0);
      take(1);
      deliver();
    }
  }

 private:
  bool wait() {
    std::array<pollfd, 2> polled = {pollfd{ends_[0].get(), POLLIN, 0},
                                    pollfd{ends_[1].get(), POLLIN, 0}};
    const timespec timeout = until_next();
    return ppoll(polled.data(), polled.size(), held_.empty() ? nullptr : &timeout, nullptr) >= 0 &&
           ((polled[0].revents | polled[1].revents) & POLLERR) == 0;
  }

  timespec until_next() const {
    if (held_.empty()) return {};
    const auto left = std::max(held_.top().due - now(), Duration::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    return {seconds.count(), Duration(left - seconds).count()};
  }

  void take(std::size_t from) {
    for (int batch = 0; batch < 256; ++batch) {
      const ssize_t length = read(ends_[from].get(), buffer_.data(), buffer_.size());
      if (length <= 0) return;
      const std::span<const char> frame(buffer_.data(), static_cast<std::size_t>(length));
      if (chance(quality_.drop_ppm)) continue;
      hold(1 - from, frame);
      if (chance(quality_.duplicate_ppm)) hold(1 - from, frame);
    }
  }

  void hold(std::size_t to, std::span<const char> frame) {
    if (held_.size() == kHeldLimit) return;
    const std::optional<Instant> passed = pass_bottleneck(to);
    if (!passed) return;
    const Duration jitter(random_.below(std::uint64_t{quality_.jitter_ms} * 1'000'000 + 1));
    const Duration delay = std::chrono::milliseconds(quality_.delay_ms) + jitter;
    held_.push({*passed + delay, to, {frame.begin(), frame.end()}});
  }

  // Returns when a frame that arrives now has passed the bottleneck; nullopt: it is lost.
  std::optional<Instant> pass_bottleneck(std::size_t to) {
    const Instant time = now();
    if (quality_.limit_fps == 0) return time;
    if (free_[to] > time + kQueue) return std::nullopt;
    free_[to] = std::max(free_[to], time) + Duration(1s) / quality_.limit_fps;
    return free_[to];
  }

  void deliver() {
    const Instant time = now();
    for (; !held_.empty() && held_.top().due <= time; held_.pop()) {
      const HeldFrame& frame = held_.top();
      // An interface that is down refuses frames; they are lost, as on a real cable.
      [[maybe_unused]] const ssize_t written =
          write(ends_[frame.to].get(), frame.bytes.data(), frame.bytes.size());
    }
  }

  bool chance(std::uint32_t ppm) { return random_.below(kMillion) < ppm; }

  std::array<UniqueFd, 2> ends_;
  Quality quality_;
  std::priority_queue<HeldFrame, std::vector<HeldFrame>, std::greater<>> held_;
  std::array<Instant, 2> free_{};  // when the next frame can pass the bottleneck, by direction
  Random random_{random_uint64()};
  std::vector<char> buffer_ = std::vector<char>(kFrameLimit);
};

// Makes the interface in the namespace. The calling thread stays in that namespace.
Result<UniqueFd> open_end(const std::string& space, const std::string& interface, short mode) {
  const UniqueFd entry(open(("/run/netns/" + space).c_str(), O_RDONLY | O_CLOEXEC));
  if (setns(entry.get(), CLONE_NEWNET) != 0)
    return run_error("cannot enter namespace {}: {}", space, std::strerror(errno));
  UniqueFd end(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(mode | IFF_NO_PI);
  if (ioctl(end.get(), TUNSETIFF, &request) != 0)
    return run_error("cannot make {} in {}: {}", interface, space, std::strerror(errno));
  return end;
}

Result<Quality> read_quality(std::span<const std::string_view> words) {
  Quality quality;
  for (; words.size() >= 2; words = words.subspan(2)) {
    const auto number = parse_number<std::uint32_t>(words[1]);
    if (!number) return usage_error("{} {}: not a number", words[0], words[1]);
    if (words[0] == "--delay")
      quality.delay_ms = *number;
    else if (words[0] == "--jitter")
      quality.jitter_ms = *number;
    else if (words[0] == "--duplicate")
      quality.duplicate_ppm = *number;
    else if (words[0] == "--drop")
      quality.drop_ppm = *number;
    else if (words[0] == "--limit")
      quality.limit_fps = *number;
    else
      return usage_error("unknown option {}", words[0]);
  }
  return quality;
}

Result<> serve(std::span<const std::string_view> words) {
  if (words.size() < 5 || words.size() % 2 == 0)
    return usage_error("use: lab_wire --tap|--tun SPACE INTERFACE SPACE INTERFACE [--delay MS]");
  const short mode = words[0] == "--tun" ? IFF_TUN : IFF_TAP;
  const Quality quality = TRY(read_quality(words.subspan(5)));
  std::array<UniqueFd, 2> ends;
  ends[0] = TRY(open_end(std::string(words[1]), std::string(words[2]), mode));
  ends[1] = TRY(open_end(std::string(words[3]), std::string(words[4]), mode));
  Cable(std::move(ends), quality).run();
  return {};
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  const masscan::Result<> result = masscan::serve(words);
  if (result) return 0;
  masscan::write_stderr(fmt::format("lab_wire: {}\n", result.error().message));
  return 1;
}
