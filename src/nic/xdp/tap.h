// The XDP program on an interface that takes our replies out of its traffic (bpf/receive.bpf.c).
//
// One for each interface, whatever the number of workers: each of them adds a ring (XdpReceiver)
// for the replies to its own source ports. Belongs to who opens the receivers, and outlives them;
// everything here happens before the workers run. The kernel takes the program off the interface
// when the process ends, however it ends.
//
// The kernel never sees the segments that are taken, so it resets no conversation of ours, and no
// firewall rule is needed. A program of somebody else on the interface stays there: `open` fails.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/mac_address.h"
#include "net/packet_pattern.h"
#include "net/port.h"
#include "net/prefix.h"
#include "nic/queue_pair.h"

struct receive_bpf;         // the program and its maps
struct receive_ring_state;  // bpf/receive.h

namespace masscan::nic {

struct XdpTapConfig {
  std::string interface;
  LinkLayer link_layer = LinkLayer::kEthernet;
  std::vector<net::AddressRange> sources;  // our addresses: 64 ranges of each family at most
  // Of the probes that are answered: at most RECEIVE_MAX_KINDS, one for each protocol of IP.
  std::vector<net::ProbePatterns> patterns{};
  // Multicast groups to listen to besides the interface's own.
  std::vector<net::MacAddress> groups{};
  bool allows_native = true;  // false: do not even try
  // Where the whole log of a verifier goes that refuses the program; null: nowhere.
  std::FILE* verifier_log = nullptr;
};

class XdpTap {
 public:
  enum class Mode {
    kNative,   // the driver runs the program, before it has made a socket buffer
    kGeneric,  // the network stack runs it: works everywhere, no faster than a packet socket
  };

  // Native where the driver can, else generic.
  static Result<std::unique_ptr<XdpTap>> open(const XdpTapConfig& config);

  Mode mode() const { return mode_; }
  // For a test run.
  int program_fd() const;

  // Puts what is sent to `ports` into a ring map from now on, and neighbours' messages too. The
  // state of the ring is valid as long as the tap.
  Result<receive_ring_state*> add_ring(int ring_fd, net::PortRange ports);

 private:
  using Program = std::unique_ptr<receive_bpf, void (*)(receive_bpf*)>;

  static Result<std::unique_ptr<XdpTap>> open_on(int interface_index, const XdpTapConfig& config);
  XdpTap(Program program, UniqueFd attachment, Mode mode, UniqueFd memberships, std::size_t kinds);

  Program program_;
  UniqueFd attachment_;  // a BPF link: closing it takes the program off the interface
  Mode mode_;
  UniqueFd memberships_;  // a socket that is a member of the groups and receives nothing
  std::size_t kinds_;     // of probes
  unsigned rings_ = 0;
};

}  // namespace masscan::nic
