#include "nic/libpcap_queue.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/time.h"
#include "nic/check_frame.h"
#include "nic/interface_index.h"
#include "nic/packet_filter.h"
#include "nic/packet_socket.h"

namespace masscan::nic {
namespace {

constexpr std::size_t kBatch = 256;
// Longer than any reply to a probe. In libpcap's ring, where a frame has a header of some 80 bytes
// and never crosses a page, two of them fit into a page.
constexpr std::size_t kFrameBytes = 1920;

Error failure(pcap_t* handle, std::string_view purpose) {
  return run_error("libpcap cannot {}: {}", purpose, pcap_geterr(handle));
}

// The two structures of an instruction are the same one, by two headers.
Result<> set_filter(pcap_t* handle, const LibpcapConfig& config) {
  std::vector<sock_filter> code =
      make_packet_filter(LinkLayer::kEthernet, config.patterns, config.ports);
  static_assert(sizeof(sock_filter) == sizeof(bpf_insn));
  bpf_program program{static_cast<unsigned>(code.size()), reinterpret_cast<bpf_insn*>(code.data())};
  if (pcap_setfilter(handle, &program) != 0) return failure(handle, "attach a packet filter");
  return {};
}

Result<> activate(pcap_t* handle, const LibpcapConfig& config) {
  pcap_set_snaplen(handle, kFrameBytes);
  pcap_set_immediate_mode(handle, 1);
  pcap_set_buffer_size(handle, config.buffer_bytes);
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
  if (pcap_activate(handle) < 0) return failure(handle, "open the interface");
  if (pcap_datalink(handle) != DLT_EN10MB) {
    return run_error("libpcap sends on Ethernet only; leave --transport out");
  }
  std::array<char, PCAP_ERRBUF_SIZE> ignored;
  if (pcap_setnonblock(handle, 1, ignored.data()) != 0 ||
      pcap_setdirection(handle, PCAP_D_IN) != 0) {
    return failure(handle, "read what arrives");
  }
  return set_filter(handle, config);
}

}  // namespace

void LibpcapQueue::Close::operator()(pcap* handle) const { pcap_close(handle); }

Result<LibpcapQueue::Handle> LibpcapQueue::open_handle(const LibpcapConfig& config) {
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  Handle handle(pcap_create(config.interface.c_str(), message.data()));
  if (!handle) return run_error("libpcap: {}", message.data());
  TRY(activate(handle.get(), config));
  return handle;
}

Result<std::unique_ptr<LibpcapQueue>> LibpcapQueue::open(const LibpcapConfig& config) {
  const int index = TRY(interface_index(config.interface));
  auto handle = open_handle(config);
  if (!handle) return std::move(handle).error().within(config.interface);
  UniqueFd membership = TRY(open_packet_socket());
  TRY(join_groups(membership.get(), index, config.groups));
  TxSlots slots = TRY(TxSlots::make(config.slots, config.mtu + kLinkRoomBytes));
  return std::unique_ptr<LibpcapQueue>(
      new LibpcapQueue(std::move(handle).value(), std::move(membership), std::move(slots)));
}

LibpcapQueue::LibpcapQueue(Handle handle, UniqueFd membership, TxSlots slots)
    : SlotSender(std::move(slots)),
      handle_(std::move(handle)),
      membership_(std::move(membership)),
      bytes_(kBatch * kFrameBytes) {
  received_.reserve(kBatch);
}

void LibpcapQueue::submit(std::size_t count) {
  counters_.given += count;
  slots_.commit(count);
  while (slots_.queued() > 0) {
    if (!send_oldest()) return;
  }
}

// Returns false if the kernel accepts no more frames now.
bool LibpcapQueue::send_oldest() {
  if (send(slots_.oldest().front())) {
    ++counters_.sent;
    if (refusal_timeout_.is_blocked()) refusal_timeout_.on_sent(now());
  } else if (is_link_away(errno)) {
    return false;
  } else if (!refusal_timeout_.is_over(errno)) {
    count_refusal(errno);
    if (errno != EAGAIN && refusal_timeout_.looks_past(now())) send_past_oldest();
    return false;
  } else {
    ++counters_.discarded;
  }
  slots_.pop(1);
  return true;
}

void LibpcapQueue::send_past_oldest() {
  const std::size_t sent =
      slots_.send_past_oldest([this](std::span<TxFrame> frame) { return send(frame.front()); });
  counters_.sent += sent;
  refusal_timeout_.on_look(slots_.queued(), sent > 0 || takes_frames());
}

// True if the kernel accepts a frame that no rule about targets matches.
bool LibpcapQueue::takes_frames() {
  std::array<std::byte, kCheckFrameBytes> frame{};
  write_check_frame(frame, source_mac(slots_.oldest().front().buffer));
  return send({.buffer = frame, .length = frame.size()});
}

bool LibpcapQueue::send(const TxFrame& frame) {
  return pcap_inject(handle_.get(), frame.buffer.data(), frame.length) >= 0;
}

std::span<const RxFrame> LibpcapQueue::receive() {
  received_.clear();
  pcap_pkthdr* header = nullptr;
  const unsigned char* captured = nullptr;
  while (received_.size() < kBatch && pcap_next_ex(handle_.get(), &header, &captured) == 1) {
    const std::size_t length = std::min<std::size_t>(header->caplen, kFrameBytes);
    const auto bytes = std::span(bytes_).subspan(received_.size() * kFrameBytes, length);
    std::memcpy(bytes.data(), captured, length);
    const Duration since_epoch =  // requested nanoseconds are in the field for microseconds
        std::chrono::seconds(header->ts.tv_sec) + std::chrono::nanoseconds(header->ts.tv_usec);
    // libpcap does not tell whether the kernel left the checksum to hardware.
    received_.push_back(
        {.bytes = bytes, .captured_at = WallTime(since_epoch), .has_checksum = false});
  }
  counters_.received += received_.size();
  return received_;
}

std::size_t LibpcapQueue::backlog() const {
  return queued() + unsent_bytes(pcap_fileno(handle_.get()));
}

std::size_t LibpcapQueue::longest_frame() const { return kFrameBytes; }

int LibpcapQueue::poll_fd() const { return pcap_get_selectable_fd(handle_.get()); }

QueueCounters LibpcapQueue::counters() {
  pcap_stat statistics{};
  if (pcap_stats(handle_.get(), &statistics) == 0) counters_.kernel_drops = statistics.ps_drop;
  return counters_;
}

}  // namespace masscan::nic
