#include "nic/pcap_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace masscan::nic {

namespace {

constexpr std::uint32_t kMagic = 0xa1b2c3d4;  // records count microseconds
constexpr std::uint16_t kMajorVersion = 2;
constexpr std::uint16_t kMinorVersion = 4;
constexpr std::uint32_t kLongestFrame = 65535;
constexpr std::uint32_t kEthernet = 1;
constexpr std::uint32_t kRawIp = 101;  // IPv4 or IPv6, as the first four bits say

constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

constexpr std::string_view kStandardOutput = "-";

UniqueFd open_for_writing(const std::string& path, NewFile& made) {
  if (path == kStandardOutput) return UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  return open_or_make(path, 0, made);
}

std::array<std::byte, 24> file_header(net::LinkLayer link_layer) {
  std::array<std::byte, 24> header{};
  store_le(header, 0, kMagic);
  store_le(header, 4, kMajorVersion);
  store_le(header, 6, kMinorVersion);
  store_le(header, 16, kLongestFrame);
  store_le(header, 20, link_layer == net::LinkLayer::kEthernet ? kEthernet : kRawIp);
  return header;
}

}  // namespace

Result<std::unique_ptr<PcapFile>> PcapFile::open(std::string path, net::LinkLayer link_layer) {
  NewFile made;
  UniqueFd fd = open_for_writing(path, made);
  if (!fd.is_open()) {
    return run_error("cannot open {} for captured packets: {}", path, last_system_error());
  }
  return std::unique_ptr<PcapFile>(
      new PcapFile(std::move(fd), std::move(made), std::move(path), link_layer));
}

PcapFile::PcapFile(UniqueFd fd, NewFile file, std::string path, net::LinkLayer link_layer)
    : fd_(std::move(fd)), file_(std::move(file)), path_(std::move(path)), link_layer_(link_layer) {}

Result<void> PcapFile::begin() {
  struct stat status {};
  const bool is_emptied =
      ::fstat(fd_.get(), &status) == 0 && S_ISREG(status.st_mode) && path_ != kStandardOutput;
  if (is_emptied && ::ftruncate(fd_.get(), 0) != 0) {
    return run_error("cannot write captured packets to {}: {}", path_, last_system_error());
  }
  file_.keep();
  append(file_header(link_layer_));
  if (error_) return *error_;
  return {};
}

void PcapFile::append(Bytes records) {
  const std::scoped_lock lock(mutex_);
  if (error_ || write_all(fd_.get(), as_text(records)) == records.size()) return;
  error_ = run_error("cannot write captured packets to {}: {}; the rest of them is missing", path_,
                     last_system_error());
}

Result<void> PcapFile::close() {
  const std::scoped_lock lock(mutex_);
  // Some file systems (NFS) report a full disk only here.
  if (::close(fd_.release()) != 0 && !error_) {
    error_ = run_error("cannot write captured packets to {}: {}", path_, last_system_error());
  }
  if (error_) return *error_;
  return {};
}

PcapBuffer::PcapBuffer(PcapFile& file) : file_(file) { records_.reserve(kBufferBytes); }

void PcapBuffer::add(Bytes frame, WallTime captured_at) {
  frame = frame.first(std::min<std::size_t>(frame.size(), kLongestFrame - kRecordHeader));
  if (records_.size() + kRecordHeader + frame.size() > kBufferBytes) flush();
  const auto microseconds = static_cast<std::uint64_t>(captured_at.time_since_epoch() / 1us);
  const std::size_t at = records_.size();
  records_.resize(at + kRecordHeader + frame.size());
  const MutableBytes record = MutableBytes(records_).subspan(at);
  store_le(record, 0, static_cast<std::uint32_t>(microseconds / 1'000'000));
  store_le(record, 4, static_cast<std::uint32_t>(microseconds % 1'000'000));
  store_le(record, 8, static_cast<std::uint32_t>(frame.size()));
  store_le(record, 12, static_cast<std::uint32_t>(frame.size()));
  std::ranges::copy(frame, record.begin() + kRecordHeader);
}

void PcapBuffer::flush() {
  if (records_.empty()) return;
  file_.append(records_);
  records_.clear();
}

}  // namespace masscan::nic
