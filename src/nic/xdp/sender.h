// Sends without socket buffers: frames are written in place into a ring of slots that BPF programs
// in the kernel (bpf/transmit.bpf.c) empty into an interface's driver, evenly if that is wanted.
//
// A thread of the sender sits in the kernel and runs these programs for as long as there is
// something to send. After 20 ms with nothing it sleeps, and costs nothing until the next `submit`
// wakes it, which takes some 30 ms. A frame that the driver has no room for is sent again by the
// programs. Used by one thread; frames still queued when it is destroyed never leave.
//
// Works with drivers that can send redirected XDP frames (ndo_xdp_xmit). Many can only while an XDP
// program is attached to the interface: open the XdpTap first. The peer of a veth interface must
// run NAPI, which means: GRO is on there, or an XDP program attached.
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
  // Where the whole log of a verifier goes that refuses the programs; null: nowhere.
  std::FILE* verifier_log = nullptr;
};

class XdpSender final : public Sender {
 public:
  // Tries the driver with a frame that is too long to leave, or that nobody takes; the Error says
  // what it cannot do.
  static Result<std::unique_ptr<XdpSender>> open(const XdpSenderConfig& config);
  ~XdpSender() override;
  XdpSender(const XdpSender&) = delete;
  XdpSender& operator=(const XdpSender&) = delete;

  std::span<TxFrame> reserve(std::size_t count) override;
  void submit(std::size_t count) override;
  void set_pace(double rate_pps) override;
  std::size_t queued() const override;
  bool has_room() const override;
  void count_into(QueueCounters& counters) override;

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
  std::vector<TxFrame> frames_;  // by slot
  std::uint64_t produced_ = 0;   // slots, as in transmit_ring
  std::uint64_t given_ = 0;      // frames of the engine
  // How often the thread was woken. Not in the ring: a futex cannot lie in the memory of a BPF map.
  std::atomic<std::uint32_t> wakes_{0};
  std::atomic<std::uint64_t> failed_runs_{0};  // that the kernel refused, with all frames
  Thread thread_;                              // last: it uses the others
};

}  // namespace masscan::nic
