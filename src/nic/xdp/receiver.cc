#include "nic/xdp/receiver.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <utility>

#include "base/file.h"
#include "bpf/receive.h"

namespace masscan::nic {
namespace {

constexpr std::uint64_t kAlignment = 8;  // of records in the ring

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

// Bytes of the second mapping that a record at the end of the ring can extend into. No more pages
// are mapped, because the kernel counts each as resident.
std::size_t overlap_bytes(std::size_t ring_bytes) {
  constexpr std::size_t kLongest = BPF_RINGBUF_HDR_SZ + sizeof(receive_record) + RECEIVE_LONGEST;
  const std::size_t page = page_bytes();
  return std::min(ring_bytes, (kLongest + page - 1) / page * page);
}

// The header of each record: its length and two bits, written last by the kernel.
std::uint32_t load_header(const std::byte* record) {
  return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(record), __ATOMIC_ACQUIRE);
}

RxFrame view(const std::byte* payload, Duration boot_to_wall) {
  const auto& record = *reinterpret_cast<const receive_record*>(payload);
  const auto captured = std::chrono::nanoseconds(record.captured_ns);
  return {.bytes = {payload + sizeof(receive_record), record.length},
          .captured_at = WallTime(captured + boot_to_wall),
          .has_checksum = (record.flags & RECEIVE_UNFINISHED_CHECKSUM) == 0};
}

Duration boot_to_wall() { return wall_now().time_since_epoch() - now().time_since_epoch(); }

}  // namespace

Result<std::unique_ptr<XdpReceiver>> XdpReceiver::open(const XdpReceiverConfig& config) {
  const std::size_t page = page_bytes();
  const std::size_t size = std::bit_ceil(std::max(config.ring_bytes, page));
  UniqueFd ring(bpf_map_create(BPF_MAP_TYPE_RINGBUF, "replies", 0, 0,
                               static_cast<std::uint32_t>(size), nullptr));
  if (!ring.is_open()) {
    return run_error("cannot make a BPF ring of {} bytes: {}", size, last_system_error());
  }
  MappedMemory consumer = TRY(MappedMemory::of_fd(ring.get(), page, PROT_READ | PROT_WRITE));
  MappedMemory producer = TRY(MappedMemory::of_fd(ring.get(), page + size + overlap_bytes(size),
                                                  PROT_READ, static_cast<off_t>(page)));
  receive_ring_state* state = TRY(config.tap.add_ring(ring.get(), config.ports));
  return std::unique_ptr<XdpReceiver>(
      new XdpReceiver(std::move(ring), size, std::move(consumer), std::move(producer), *state));
}

XdpReceiver::XdpReceiver(UniqueFd ring, std::size_t ring_bytes, MappedMemory consumer,
                         MappedMemory producer, receive_ring_state& state)
    : ring_(std::move(ring)),
      position_mask_(ring_bytes - 1),
      consumer_(std::move(consumer)),
      producer_(std::move(producer)),
      state_(state),
      boot_to_wall_(boot_to_wall()) {
  received_.reserve(kBatch);
}

// There is a full barrier between setting `reader_waits` and the second look, and one in the
// program between writing a record and reading `reader_waits`. At least one side therefore sees the
// other.
std::span<const RxFrame> XdpReceiver::receive() {
  received_.clear();
  read();
  if (received_.empty()) {
    const std::atomic_ref<std::uint32_t> reader_waits(state_.reader_waits);
    reader_waits.store(1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    read();
    if (!received_.empty()) reader_waits.store(0, std::memory_order_relaxed);
  }
  count_ += received_.size();
  return received_;
}

void XdpReceiver::read() {
  const std::byte* const ring = producer_.bytes().data() + page_bytes();
  const std::uint64_t end = __atomic_load_n(
      reinterpret_cast<const std::uint64_t*>(producer_.bytes().data()), __ATOMIC_ACQUIRE);
  while (position_ < end && received_.size() < kBatch) {
    const std::byte* const record = ring + (position_ & position_mask_);
    const std::uint32_t header = load_header(record);
    if ((header & BPF_RINGBUF_BUSY_BIT) != 0) return;  // incomplete
    if ((header & BPF_RINGBUF_DISCARD_BIT) == 0) {
      received_.push_back(view(record + BPF_RINGBUF_HDR_SZ, boot_to_wall_));
    }
    const std::uint64_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    position_ += (length + BPF_RINGBUF_HDR_SZ + kAlignment - 1) / kAlignment * kAlignment;
  }
}

void XdpReceiver::release() {
  __atomic_store_n(reinterpret_cast<std::uint64_t*>(consumer_.bytes().data()), position_,
                   __ATOMIC_RELEASE);
}

std::size_t XdpReceiver::longest_frame() const { return RECEIVE_LONGEST; }

QueueCounters XdpReceiver::counters() {
  boot_to_wall_ = boot_to_wall();
  return {.received = count_,
          .kernel_drops = std::atomic_ref<__u64>(state_.drops).load(std::memory_order_relaxed)};
}

}  // namespace masscan::nic
