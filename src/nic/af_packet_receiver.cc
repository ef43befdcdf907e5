#include "nic/af_packet_receiver.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "nic/interface_index.h"
#include "nic/packet_filter.h"
#include "nic/packet_socket.h"

namespace masscan::nic {
namespace {

// Many small blocks: at low rates the timeout closes a block with few frames in it, and a ring of
// such blocks must still last for a pause of seconds on a busy machine.
constexpr std::size_t kBlockBytes = std::size_t{4} << 10;
constexpr unsigned kBlockTimeoutMs = 2;
// As many frames as a worker sends at once. With fewer it would fall behind if every probe is
// answered.
constexpr std::size_t kBatch = 256;

Result<> attach_filter(int fd, const AfPacketReceiverConfig& config) {
  std::vector<sock_filter> code =
      make_packet_filter(config.link_layer, config.patterns, config.ports);
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0) return {};
  return run_error("cannot attach a packet filter: {}", last_system_error());
}

Result<MappedMemory> make_ring(int fd, std::size_t size_bytes) {
  tpacket_req3 request{};
  request.tp_block_size = kBlockBytes;
  request.tp_block_nr = static_cast<unsigned>(std::max<std::size_t>(size_bytes / kBlockBytes, 2));
  // version 3 packs frames; this need only divide the block size
  request.tp_frame_size = TPACKET_ALIGNMENT << 7;
  request.tp_frame_nr = kBlockBytes / request.tp_frame_size * request.tp_block_nr;
  request.tp_retire_blk_tov = kBlockTimeoutMs;
  TRY(set_packet_option(fd, PACKET_VERSION, int{TPACKET_V3}, "choose packet ring version 3"));
  TRY(set_packet_option(fd, PACKET_RX_RING, request, "make a packet ring"));
  return MappedMemory::of_fd(fd, kBlockBytes * request.tp_block_nr, PROT_READ | PROT_WRITE);
}

tpacket_block_desc& block_at(const MappedMemory& ring, std::size_t index) {
  return *reinterpret_cast<tpacket_block_desc*>(ring.bytes().data() + index * kBlockBytes);
}

// The block's owner, kernel or us, is stored in this word only.
std::uint32_t load_owner(const tpacket_block_desc& block) {
  return __atomic_load_n(&block.hdr.bh1.block_status, __ATOMIC_ACQUIRE);
}
void give_back(tpacket_block_desc& block) {
  __atomic_store_n(&block.hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

// Clears the error that an interface going down leaves on the socket; `poll` would return at once
// because of it. The sender counts the frames that are lost.
void forget_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

RxFrame view(const tpacket3_hdr& header) {
  const auto* start = reinterpret_cast<const std::byte*>(&header) + header.tp_mac;
  const Duration since_epoch =
      std::chrono::seconds(header.tp_sec) + std::chrono::nanoseconds(header.tp_nsec);
  return {.bytes = {start, header.tp_snaplen},
          .captured_at = WallTime(since_epoch),
          .has_checksum = (header.tp_status & TP_STATUS_CSUMNOTREADY) == 0};
}

// Attaches the filter before the first frame can arrive: a socket of protocol 0 receives nothing.
Result<UniqueFd> open_socket(int interface_index, const AfPacketReceiverConfig& config) {
  UniqueFd fd = TRY(open_packet_socket());
  TRY(attach_filter(fd.get(), config));
  TRY(set_packet_option(fd.get(), PACKET_IGNORE_OUTGOING, int{1}, "ignore outgoing frames"));
  TRY(join_groups(fd.get(), interface_index, config.groups));
  return fd;
}

}  // namespace

Result<std::unique_ptr<AfPacketReceiver>> AfPacketReceiver::open(
    const AfPacketReceiverConfig& config) {
  const int index = TRY(interface_index(config.interface));
  auto receiver = open_on(index, config);
  if (!receiver) return std::move(receiver).error().within(config.interface);
  return receiver;
}

Result<std::unique_ptr<AfPacketReceiver>> AfPacketReceiver::open_on(
    int index, const AfPacketReceiverConfig& config) {
  UniqueFd socket = TRY(open_socket(index, config));
  MappedMemory ring = TRY(make_ring(socket.get(), config.ring_bytes));
  TRY(bind_packet_socket(socket.get(), index, ETH_P_ALL));
  return std::unique_ptr<AfPacketReceiver>(
      new AfPacketReceiver(std::move(socket), std::move(ring)));
}

AfPacketReceiver::AfPacketReceiver(UniqueFd socket, MappedMemory ring)
    : socket_(std::move(socket)), ring_(std::move(ring)) {
  received_.reserve(kBatch + kBlockBytes / sizeof(tpacket3_hdr));
}

std::span<const RxFrame> AfPacketReceiver::receive() {
  DCHECK(lent_ == 0);
  received_.clear();
  while (received_.size() < kBatch && lent_ < block_count()) {
    const tpacket_block_desc& block = block_at(ring_, (block_ + lent_) % block_count());
    if ((load_owner(block) & TP_STATUS_USER) == 0) break;
    read(block);
    ++lent_;
  }
  if (lent_ == 0) forget_error(socket_.get());
  count_ += received_.size();
  return received_;
}

void AfPacketReceiver::read(const tpacket_block_desc& block) {
  const auto* next = reinterpret_cast<const std::byte*>(&block) + block.hdr.bh1.offset_to_first_pkt;
  for (std::uint32_t i = 0; i < block.hdr.bh1.num_pkts; ++i) {
    const auto& header = *reinterpret_cast<const tpacket3_hdr*>(next);
    received_.push_back(view(header));
    next += header.tp_next_offset;
  }
}

void AfPacketReceiver::release() {
  for (; lent_ > 0; --lent_) {
    give_back(block_at(ring_, block_));
    block_ = (block_ + 1) % block_count();
  }
}

// What a block holds besides the headers of itself and of the frame.
std::size_t AfPacketReceiver::longest_frame() const {
  constexpr std::size_t kLinkHeaderRoom = 16;  // at least, before the IP header
  return kBlockBytes - sizeof(tpacket_block_desc) -
         TPACKET_ALIGN(TPACKET3_HDRLEN + kLinkHeaderRoom);
}

std::size_t AfPacketReceiver::block_count() const { return ring_.bytes().size() / kBlockBytes; }

QueueCounters AfPacketReceiver::counters() {
  tpacket_stats_v3 since_last_read{};
  socklen_t size = sizeof since_last_read;
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &since_last_read, &size) == 0) {
    drops_ += since_last_read.tp_drops;
  }
  return {.received = count_, .kernel_drops = drops_};
}

}  // namespace masscan::nic
