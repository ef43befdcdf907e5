#include "nic/pcap_file.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"

namespace masscan::nic {

namespace {

constexpr std::uint32_t kMagic = 0xa1b2c3d4;  // time stamps in microseconds
constexpr std::uint16_t kMajorVersion = 2;
constexpr std::uint16_t kMinorVersion = 4;
constexpr std::uint32_t kLongestFrame = 65535;
constexpr std::uint32_t kEthernet = 1;
constexpr std::uint32_t kRawIp = 101;  // IPv4 or IPv6, by the first four bits

constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

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

Result<std::unique_ptr<PcapFile>> PcapFile::open(std::string path, net::LinkLayer link_layer,
                                                 const Interruption& interruption) {
  Result<WrittenFile> file = WrittenFile::open(path, 0, interruption.immediate_stop);
  if (!file) {
    return run_error("cannot open {} for captured packets: {}", path, file.error().message);
  }
  return std::unique_ptr<PcapFile>(new PcapFile(std::move(file).value(), link_layer, interruption));
}

Result<void> PcapFile::begin() {
  if (!file_.begin_empty()) return cannot_write();
  append(file_header(link_layer_));
  if (error_) return *error_;
  return {};
}

void PcapFile::append(Bytes records) {
  const std::scoped_lock lock(mutex_);
  if (error_) return;
  if (write(as_text(records))) return;
  error_ = cannot_write();
  error_->message += "; the rest of them is missing";
}

// Returns false, with errno, if not all was written.
bool PcapFile::write(std::string_view bytes) {
  for (;;) {
    bytes.remove_prefix(write_all(file_.fd(), bytes, interruption_.graceful_stop));
    if (bytes.empty()) return true;
    if (errno != ECANCELED || !makes_room()) return false;
  }
}

// After an interrupt: returns true if the reader makes room in time. Keeps errno otherwise.
bool PcapFile::makes_room() const {
  std::array<pollfd, 2> requests = {
      {{file_.fd(), POLLOUT, 0}, {interruption_.immediate_stop, POLLIN, 0}}};
  const Instant deadline = now() + kReaderTimeout;
  while (::poll(requests.data(), requests.size(), poll_timeout(deadline)) < 0) {
    if (now() >= deadline) break;
  }
  errno = ECANCELED;
  return requests[0].revents != 0;
}

Result<void> PcapFile::close() {
  const std::scoped_lock lock(mutex_);
  if (!file_.close() && !error_) error_ = cannot_write();
  if (error_) return *error_;
  return {};
}

Error PcapFile::cannot_write() const {
  return run_error("cannot write captured packets to {}: {}", file_.path(), last_system_error());
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
