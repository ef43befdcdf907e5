#include "nic/local_sender.h"

#include <netinet/in.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/time.h"

namespace masscan::nic {
namespace {

constexpr std::size_t kLocalSlots = 512;
constexpr std::size_t kLocalFrameBytes = 2048;  // longer than any probe
constexpr std::size_t kLinkHeaderBytes = 14;

// Opens a socket that sends packets with our IP header.
UniqueFd open_raw_socket(int family) {
  return UniqueFd(::socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
}

net::IpAddress destination_of(Bytes packet) {
  const bool is_ipv4 = (packet[0] >> 4) == std::byte{4};
  if (is_ipv4) return net::Ipv4Address(load_be<std::uint32_t>(packet, 16));
  return net::Ipv6Address(
      make_uint128(load_be<std::uint64_t>(packet, 24), load_be<std::uint64_t>(packet, 32)));
}

}  // namespace

Result<std::unique_ptr<LocalSender>> LocalSender::open() {
  UniqueFd ipv4 = open_raw_socket(AF_INET);
  if (!ipv4.is_open()) return run_error("cannot open a raw socket: {}", last_system_error());
  TxSlots slots = TRY(TxSlots::make(kLocalSlots, kLocalFrameBytes));
  return std::unique_ptr<LocalSender>(
      new LocalSender(std::move(ipv4), open_raw_socket(AF_INET6), std::move(slots)));
}

LocalSender::LocalSender(UniqueFd ipv4, UniqueFd ipv6, TxSlots slots)
    : SlotSender(std::move(slots)), ipv4_(std::move(ipv4)), ipv6_(std::move(ipv6)) {}

void LocalSender::submit(std::size_t count) {
  counters_.given += count;
  static_cast<void>(slots_.commit(count));
  while (slots_.queued() > 0) {
    if (!send_oldest()) return;
  }
}

// Returns false if the kernel accepts no more frames now.
bool LocalSender::send_oldest() {
  const TxFrame& frame = slots_.oldest().front();
  const Bytes packet = Bytes(frame.buffer).first(frame.length).subspan(kLinkHeaderBytes);
  net::SocketAddress to({destination_of(packet), 0});
  const UniqueFd& socket = to.family() == AF_INET ? ipv4_ : ipv6_;
  const ssize_t sent =
      ::sendto(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT, to.get(), to.length);
  // EPERM means that a rule dropped this packet; others may leave. A lack of memory affects all.
  if (sent < 0) refusal_timeout_.on_look(1, errno == EPERM);
  if (sent < 0 && !refusal_timeout_.is_over(errno)) {
    count_refusal(errno);
    return false;
  }
  if (sent >= 0 && refusal_timeout_.is_blocked()) refusal_timeout_.on_sent(now());
  ++(sent < 0 ? counters_.discarded : counters_.sent);
  slots_.pop(1);
  return true;
}

}  // namespace masscan::nic
