#include "nic/af_packet.h"

#include <linux/if_ether.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "nic/packet_filter.h"
#include "nic/packet_socket.h"

namespace masscan::nic {
namespace {

// Small blocks and many: at low rates a block is closed by the timeout with few frames in it.
constexpr std::size_t kBlockBytes = std::size_t{32} << 10;
constexpr unsigned kBlockTimeoutMs = 1;
constexpr int kSendBufferBytes = 8 << 20;
// Two VLAN tags and a link header fit in front of an IP packet of `mtu` bytes.
constexpr std::size_t kLinkRoomBytes = 22;

sockaddr_ll make_address(int interface_index, std::uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = byte_swap(protocol);
  address.sll_ifindex = interface_index;
  return address;
}

Result<> bind_to(int fd, int interface_index, std::uint16_t protocol) {
  const sockaddr_ll address = make_address(interface_index, protocol);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  return run_error("cannot bind a packet socket: {}", last_system_error());
}

Result<> attach_filter(int fd, const AfPacketConfig& config) {
  std::vector<sock_filter> code = make_packet_filter(config.link_layer, config.ports);
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0) return {};
  return run_error("cannot attach a packet filter: {}", last_system_error());
}

Result<MappedMemory> make_ring(int fd, std::size_t size_bytes) {
  tpacket_req3 request{};
  request.tp_block_size = kBlockBytes;
  request.tp_block_nr = static_cast<unsigned>(std::max<std::size_t>(size_bytes / kBlockBytes, 2));
  request.tp_frame_size = TPACKET_ALIGNMENT << 7;  // version 3 packs frames; this need only divide
  request.tp_frame_nr = kBlockBytes / request.tp_frame_size * request.tp_block_nr;
  request.tp_retire_blk_tov = kBlockTimeoutMs;
  TRY(set_packet_option(fd, PACKET_VERSION, int{TPACKET_V3}, "choose packet ring version 3"));
  TRY(set_packet_option(fd, PACKET_RX_RING, request, "make a packet ring"));
  return MappedMemory::of_fd(fd, kBlockBytes * request.tp_block_nr, PROT_READ | PROT_WRITE);
}

void grow_send_buffer(int fd) {
  const int size = kSendBufferBytes;
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) == 0) return;
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);  // needs no privilege, has a limit
}

Result<UniqueFd> open_sender(int interface_index) {
  UniqueFd fd = TRY(open_packet_socket());
  TRY(set_packet_option(fd.get(), PACKET_QDISC_BYPASS, int{1}, "bypass the queueing discipline"));
  grow_send_buffer(fd.get());
  TRY(bind_to(fd.get(), interface_index, 0));
  return fd;
}

tpacket_block_desc& block_at(const MappedMemory& ring, std::size_t index) {
  return *reinterpret_cast<tpacket_block_desc*>(ring.bytes().data() + index * kBlockBytes);
}

// Who owns a block is handed over between kernel and us by this word alone.
std::uint32_t load_owner(tpacket_block_desc& block) {
  return __atomic_load_n(&block.hdr.bh1.block_status, __ATOMIC_ACQUIRE);
}
void give_back(tpacket_block_desc& block) {
  __atomic_store_n(&block.hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

// An interface that went down leaves an error on the socket, with which `poll` would never wait
// again. The frames that are lost for it are counted where they are sent.
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

// ENOBUFS comes from the driver's full queue as well, with the frame thrown away: both mean
// "again".
bool is_refusal(int error) { return error == EAGAIN || error == ENOBUFS; }

}  // namespace

Result<std::unique_ptr<AfPacket>> AfPacket::open(const AfPacketConfig& config) {
  const int index = static_cast<int>(::if_nametoindex(config.interface.c_str()));
  if (index == 0) return run_error("{}: no such interface; see --iflist", config.interface);
  auto queue = open_on(index, config);
  if (!queue) return std::move(queue).error().within(config.interface);
  return queue;
}

// The filter is there before the first frame can be: a socket of protocol 0 receives nothing.
Result<std::unique_ptr<AfPacket>> AfPacket::open_on(int index, const AfPacketConfig& config) {
  UniqueFd receiver = TRY(open_packet_socket());
  TRY(attach_filter(receiver.get(), config));
  TRY(set_packet_option(receiver.get(), PACKET_IGNORE_OUTGOING, int{1}, "ignore outgoing frames"));
  MappedMemory ring = TRY(make_ring(receiver.get(), config.receive_ring_bytes));
  TRY(join_groups(receiver.get(), index, config.groups));
  TRY(bind_to(receiver.get(), index, ETH_P_ALL));
  UniqueFd sender = TRY(open_sender(index));
  TxSlots transmit = TRY(TxSlots::make(config.transmit_slots, config.mtu + kLinkRoomBytes));
  return std::unique_ptr<AfPacket>(new AfPacket(config.link_layer, index, std::move(receiver),
                                                std::move(sender), std::move(ring),
                                                std::move(transmit)));
}

AfPacket::AfPacket(LinkLayer link_layer, int index, UniqueFd receiver, UniqueFd sender,
                   MappedMemory ring, TxSlots transmit)
    : link_layer_(link_layer),
      receiver_(std::move(receiver)),
      sender_(std::move(sender)),
      ring_(std::move(ring)),
      transmit_(std::move(transmit)),
      pieces_(transmit_.capacity()),
      messages_(transmit_.capacity()),
      ipv4_address_(make_address(index, ETH_P_IP)),
      ipv6_address_(make_address(index, ETH_P_IPV6)) {
  received_.reserve(kBlockBytes / sizeof(tpacket3_hdr));
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

void AfPacket::submit(std::size_t count) {
  counters_.given += count;
  const std::span<TxFrame> frames = transmit_.commit(count);
  std::size_t slot = transmit_.index_of(frames);
  for (const TxFrame& frame : frames) describe(slot++, frame);
  while (transmit_.queued() > 0) {
    if (!send_oldest()) return;
  }
}

// Tells the kernel's structures about a frame.
void AfPacket::describe(std::size_t slot, const TxFrame& frame) {
  pieces_[slot] = {frame.buffer.data(), frame.length};
  if (link_layer_ == LinkLayer::kEthernet) return;
  // A link without a header cannot say in the frame which protocol it carries.
  const bool is_ipv6 = (frame.buffer[0] >> 4) == std::byte{6};
  messages_[slot].msg_hdr.msg_name = is_ipv6 ? &ipv6_address_ : &ipv4_address_;
  messages_[slot].msg_hdr.msg_namelen = sizeof(sockaddr_ll);
}

// One system call. False if the kernel takes nothing more for now.
bool AfPacket::send_oldest() {
  const std::span<TxFrame> frames = transmit_.oldest();
  const int result = ::sendmmsg(sender_.get(), &messages_[transmit_.index_of(frames)],
                                static_cast<unsigned>(frames.size()), MSG_DONTWAIT);
  if (result < 0 && is_refusal(errno)) {
    ++counters_.refused;
    return false;
  }
  if (result < 0) {
    ++counters_.discarded;
    transmit_.pop(1);
    return true;
  }
  const auto sent = static_cast<std::size_t>(result);
  counters_.sent += sent;
  if (sent < frames.size()) ++counters_.refused;  // for a reason that the next call will hear
  transmit_.pop(sent);
  return true;
}

std::span<const RxFrame> AfPacket::receive() {
  DCHECK(!is_block_lent_);
  received_.clear();
  tpacket_block_desc& block = block_at(ring_, block_);
  is_block_lent_ = (load_owner(block) & TP_STATUS_USER) != 0;
  if (!is_block_lent_) {
    forget_error(receiver_.get());
    return {};
  }
  const auto* next = reinterpret_cast<const std::byte*>(&block) + block.hdr.bh1.offset_to_first_pkt;
  for (std::uint32_t i = 0; i < block.hdr.bh1.num_pkts; ++i) {
    const auto& header = *reinterpret_cast<const tpacket3_hdr*>(next);
    received_.push_back(view(header));
    next += header.tp_next_offset;
  }
  counters_.received += received_.size();
  return received_;
}

void AfPacket::release() {
  if (!is_block_lent_) return;
  is_block_lent_ = false;
  give_back(block_at(ring_, block_));
  block_ = (block_ + 1) % (ring_.bytes().size() / kBlockBytes);
}

QueueCounters AfPacket::counters() {
  tpacket_stats_v3 since_last_read{};
  socklen_t size = sizeof since_last_read;
  if (::getsockopt(receiver_.get(), SOL_PACKET, PACKET_STATISTICS, &since_last_read, &size) == 0) {
    counters_.kernel_drops += since_last_read.tp_drops;
  }
  return counters_;
}

}  // namespace masscan::nic
