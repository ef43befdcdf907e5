// Sends and receives through libpcap, for devices that libpcap supports and our packet sockets do
// not (such as a card's own capture library). Slower than the other backends, with one system call
// per frame. Sends on Ethernet only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/mac_address.h"
#include "net/packet_pattern.h"
#include "net/port.h"
#include "nic/queue_pair.h"
#include "nic/refusal_timeout.h"
#include "nic/slot_sender.h"

struct pcap;

namespace masscan::nic {

struct LibpcapConfig {
  std::string interface;
  std::vector<net::ProbePatterns> patterns{};  // of the probes that are answered
  net::PortRange ports{};                      // ours: the ports that replies are sent to
  // Multicast groups to listen to besides the interface's own.
  std::vector<net::MacAddress> groups{};
  std::size_t mtu = 1500;
  std::size_t slots = 512;
  int buffer_bytes = 16 << 20;  // for frames waiting to be read
};

class LibpcapQueue final : public SlotSender<QueuePair> {
 public:
  // Needs CAP_NET_RAW.
  static Result<std::unique_ptr<LibpcapQueue>> open(const LibpcapConfig& config);

  void submit(std::size_t count) override;
  std::size_t backlog() const override;
  std::span<const RxFrame> receive() override;
  void release() override {}
  int poll_fd() const override;
  std::size_t longest_frame() const override;
  LinkLayer link_layer() const override { return LinkLayer::kEthernet; }
  QueueCounters counters() override;

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  using Handle = std::unique_ptr<pcap, Close>;

  static Result<Handle> open_handle(const LibpcapConfig& config);
  LibpcapQueue(Handle handle, UniqueFd membership, TxSlots slots);
  bool send_oldest();
  void send_past_oldest();
  bool takes_frames();
  bool send(const TxFrame& frame);

  Handle handle_;
  UniqueFd membership_;            // a socket that keeps the groups joined and receives nothing
  std::vector<std::byte> bytes_;   // copies: libpcap reuses its buffer for the next frame
  std::vector<RxFrame> received_;  // views of `bytes_`
  RefusalTimeout refusal_timeout_{RefusalTimeout::kForRules};
};

}  // namespace masscan::nic
