#include "nic/af_packet_sender.h"

#include <linux/if_ether.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/time.h"
#include "nic/check_frame.h"
#include "nic/interface_index.h"
#include "nic/packet_socket.h"

namespace masscan::nic {
namespace {

constexpr int kSendBufferBytes = 8 << 20;

void grow_send_buffer(int fd) {
  const int size = kSendBufferBytes;
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) == 0) return;
  // needs no privilege; limited by the kernel
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

Result<UniqueFd> open_socket(const AfPacketSenderConfig& config, int interface_index) {
  UniqueFd fd = TRY(open_packet_socket());
  if (config.bypasses_qdisc) {
    TRY(set_packet_option(fd.get(), PACKET_QDISC_BYPASS, int{1}, "bypass the queueing discipline"));
  }
  grow_send_buffer(fd.get());
  TRY(bind_packet_socket(fd.get(), interface_index, 0));
  return fd;
}

}  // namespace

Result<std::unique_ptr<AfPacketSender>> AfPacketSender::open(const AfPacketSenderConfig& config) {
  const int index = TRY(interface_index(config.interface));
  auto socket = open_socket(config, index);
  if (!socket) return std::move(socket).error().within(config.interface);
  TxSlots slots = TRY(TxSlots::make(config.slots, config.mtu + kLinkRoomBytes));
  return std::unique_ptr<AfPacketSender>(
      new AfPacketSender(config, index, std::move(socket).value(), std::move(slots)));
}

AfPacketSender::AfPacketSender(const AfPacketSenderConfig& config, int index, UniqueFd socket,
                               TxSlots slots)
    : SlotSender(std::move(slots)),
      link_layer_(config.link_layer),
      bypasses_qdisc_(config.bypasses_qdisc),
      refusal_timeout_(config.bypasses_qdisc ? RefusalTimeout::kForDrivers
                                             : RefusalTimeout::kForRules),
      socket_(std::move(socket)),
      pieces_(slots_.capacity()),
      messages_(slots_.capacity()),
      ipv4_address_(packet_address(index, ETH_P_IP)),
      ipv6_address_(packet_address(index, ETH_P_IPV6)) {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

void AfPacketSender::submit(std::size_t count) {
  counters_.given += count;
  const std::span<TxFrame> frames = slots_.commit(count);
  std::size_t slot = slots_.index_of(frames);
  for (const TxFrame& frame : frames) describe(slot++, frame);
  while (slots_.queued() > 0) {
    if (!send_oldest()) return;
  }
}

// Fills the kernel's structures for a frame.
void AfPacketSender::describe(std::size_t slot, const TxFrame& frame) {
  pieces_[slot] = {frame.buffer.data(), frame.length};
  if (link_layer_ == net::LinkLayer::kEthernet) return;
  // Without a link header, the frame itself does not tell its protocol.
  const bool is_ipv6 = (frame.buffer[0] >> 4) == std::byte{6};
  messages_[slot].msg_hdr.msg_name = is_ipv6 ? &ipv6_address_ : &ipv4_address_;
  messages_[slot].msg_hdr.msg_namelen = sizeof(sockaddr_ll);
}

// Makes one system call. Returns false if the kernel accepts no more frames now.
bool AfPacketSender::send_oldest() {
  const std::span<TxFrame> frames = slots_.oldest();
  const int result = ::sendmmsg(socket_.get(), &messages_[slots_.index_of(frames)],
                                static_cast<unsigned>(frames.size()), MSG_DONTWAIT);
  if (result < 0 && is_link_away(errno)) return false;
  if (result < 0 && !refusal_timeout_.is_over(errno)) {
    count_refusal(errno);
    if (errno != EAGAIN && refusal_timeout_.looks_past(now())) send_past_oldest();
    return false;
  }
  if (result < 0) {
    ++counters_.discarded;
    slots_.pop(1);
    return true;
  }
  if (refusal_timeout_.is_blocked()) refusal_timeout_.on_sent(now());
  const auto sent = static_cast<std::size_t>(result);
  counters_.sent += sent;
  if (sent < frames.size()) ++counters_.refused;  // for a reason that the next call reports
  slots_.pop(sent);
  return true;
}

void AfPacketSender::send_past_oldest() {
  const std::size_t sent = slots_.send_past_oldest([this](std::span<TxFrame> frame) {
    const std::size_t slot = slots_.index_of(frame);
    describe(slot, frame.front());
    return ::sendmmsg(socket_.get(), &messages_[slot], 1, MSG_DONTWAIT) == 1;
  });
  counters_.sent += sent;
  refusal_timeout_.on_look(slots_.queued(), sent > 0 || takes_frames());
}

// True if the kernel accepts a frame that no rule about targets matches.
bool AfPacketSender::takes_frames() {
  if (link_layer_ != net::LinkLayer::kEthernet) return false;
  std::array<std::byte, kCheckFrameBytes> frame{};
  write_check_frame(frame, source_mac(slots_.oldest().front().buffer));
  iovec piece{frame.data(), frame.size()};
  mmsghdr message{};
  message.msg_hdr.msg_iov = &piece;
  message.msg_hdr.msg_iovlen = 1;
  return ::sendmmsg(socket_.get(), &message, 1, MSG_DONTWAIT) == 1;
}

// Past the queueing discipline, a sent frame is at most in the driver's queue.
std::size_t AfPacketSender::backlog() const {
  return queued() + (bypasses_qdisc_ ? 0 : unsent_bytes(socket_.get()));
}

}  // namespace masscan::nic
