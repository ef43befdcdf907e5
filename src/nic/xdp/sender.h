// Sends without socket buffers: frames are written in place into a ring of slots, and BPF programs
// in the kernel (bpf/transmit.bpf.c) send them through an interface's driver, paced if requested.
//
// A thread of the sender runs these programs in the kernel while there are frames. After 20 ms
// without any it sleeps and uses no CPU; the next `submit` wakes it, which takes some 30 ms. The
// programs send a frame again for which the driver had no room. Frames still queued in the
// destructor are not sent.
// Thread: one.
//
// Needs a driver that can send redirected XDP frames (ndo_xdp_xmit). Many can do so only while an
// XDP program is attached to the interface: open the XdpTap first. The peer of a veth interface
// must run NAPI, that is, have GRO on or an XDP program attached.
#pragma once

#include <linux/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/thread.h"
#include "base/unique_fd.h"
#include "net/mac_address.h"
#include "nic/sender.h"

struct transmit_bpf;   // the programs and their maps
struct transmit_ring;  // bpf/transmit.h
struct transmit_slot;

namespace masscan::nic {

struct XdpSenderConfig {
  std::string interface;
  net::MacAddress mac{};  // ours
  std::size_t mtu = 1500;
  // Receives the verifier's whole log if it refuses the programs; null: none.
  std::FILE* verifier_log = nullptr;
};

class XdpSender final : public Sender {
 public:
  // Tests the driver with a frame that is too long to be sent or that every receiver ignores. The
  // Error names what is missing.
  static Result<std::unique_ptr<XdpSender>> open(const XdpSenderConfig& config);
  ~XdpSender() override;
  XdpSender(const XdpSender&) = delete;
  XdpSender& operator=(const XdpSender&) = delete;

  std::span<TxFrame> reserve(std::size_t count) override;
  void submit(std::size_t count) override;
  void set_pace(double rate_pps) override;
  std::size_t queued() const override;
  bool has_room() const override;
  QueueCounters counters() override;

 private:
  using Programs = std::unique_ptr<transmit_bpf, void (*)(transmit_bpf*)>;

  static Result<std::unique_ptr<XdpSender>> open_on(std::uint32_t interface_index,
                                                    std::FILE* verifier_log);
  XdpSender(Programs programs, std::vector<UniqueFd> listeners, MappedMemory slots);
  Result<> examine(const XdpSenderConfig& config);
  Result<int> try_frame(std::size_t length, const net::MacAddress& mac);
  void run();
  bool run_program(std::uint32_t frames);
  void wake();

  Programs programs_;
  std::vector<UniqueFd> listeners_;  // BPF links to tracepoints
  MappedMemory memory_;
  std::span<transmit_slot> slots_;
  transmit_ring& ring_;          // shared with the programs
  std::vector<TxFrame> frames_;  // indexed by slot
  std::uint64_t produced_ = 0;   // slots, as in transmit_ring
  std::uint64_t given_ = 0;      // frames of the engine
  // The number of wake-ups. Not in the ring, because a futex cannot be in the memory of a BPF map.
  std::atomic<std::uint32_t> wakes_{0};
  std::atomic<std::uint64_t> failed_runs_{0};  // refused by the kernel, with all frames
  Thread thread_;                              // last: it uses the other members
};

}  // namespace masscan::nic
