#include "report/read_records.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/file.h"
#include "base/unique_fd.h"

namespace masscan::report {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
// No line with a status record is nearly as long; longer ones hold banners and are skipped.
constexpr std::size_t kMaxLineBytes = 4096;

// Puts lines together that arrive in pieces.
class Lines {
 public:
  Lines(const Format& format, const std::function<void(const Record&)>& visit)
      : format_(format), visit_(visit) {}

  void add(std::string_view piece) {
    for (;;) {
      const std::size_t end = piece.find('\n');
      if (end == std::string_view::npos) return keep(piece);
      finish(piece.substr(0, end));
      piece.remove_prefix(end + 1);
    }
  }

 private:
  void keep(std::string_view start) {
    // One byte too many tells that a line was too long.
    start_ += start.substr(0, kMaxLineBytes + 1 - std::min(start_.size(), kMaxLineBytes + 1));
  }

  void finish(std::string_view end) {
    if (start_.empty()) return take(end);
    keep(end);
    take(start_);
    start_.clear();
  }

  void take(std::string_view line) {
    if (line.size() > kMaxLineBytes) return;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto record = format_.parse(line)) visit_(*record);
  }

  const Format& format_;
  const std::function<void(const Record&)>& visit_;
  std::string start_;  // of a line whose end has not been read yet
};

bool is_regular_file(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Result<void> read_records(const std::string& path, const Format& format,
                          const std::function<void(const Record&)>& visit) {
  if (format.parse == nullptr || !is_regular_file(path)) return {};
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return usage_error("{}: cannot open: {}", path, last_system_error());
  Lines lines(format, visit);
  std::string chunk(kChunkBytes, '\0');
  for (;;) {
    const ssize_t count = ::read(fd.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return usage_error("{}: cannot read: {}", path, last_system_error());
    if (count == 0) return {};
    lines.add(std::string_view(chunk).substr(0, static_cast<std::size_t>(count)));
  }
}

}  // namespace masscan::report
