// The XDP program that takes our replies out of an interface's traffic (bpf/receive.bpf.c).
//
// There is one per interface; each worker adds a ring (XdpReceiver) for the replies to its own
// source ports. The kernel detaches the program when the process ends, in any way.
// Owner: the code that opens the receivers; must outlive them.
// Thread: any one, before the workers run.
//
// The kernel does not see the taken segments, so it does not reset our connections, and no firewall
// rule is needed. A foreign program on the interface is left alone: `open` fails.
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
  // Of the probes that are answered: one for each protocol of IP.
  std::vector<net::ProbePatterns> patterns{};
  // Multicast groups to listen to besides the interface's own.
  std::vector<net::MacAddress> groups{};
  bool allows_native = true;  // false: use generic mode
  // Receives the verifier's whole log if it refuses the program; null: none.
  std::FILE* verifier_log = nullptr;
};

class XdpTap {
 public:
  enum class Mode {
    kNative,   // run by the driver before it makes a socket buffer
    kGeneric,  // run by the network stack: works everywhere, no faster than a packet socket
  };

  // Uses native mode if the driver can, otherwise generic mode.
  static Result<std::unique_ptr<XdpTap>> open(const XdpTapConfig& config);

  Mode mode() const { return mode_; }
  // For a test run.
  int program_fd() const;

  // From now on, frames to `ports` and neighbour messages go to this ring map. Valid until: the tap
  // is destroyed.
  Result<receive_ring_state*> add_ring(int ring_fd, net::PortRange ports);

 private:
  using Program = std::unique_ptr<receive_bpf, void (*)(receive_bpf*)>;

  static Result<std::unique_ptr<XdpTap>> open_on(int interface_index, const XdpTapConfig& config);
  XdpTap(Program program, UniqueFd attachment, Mode mode, UniqueFd memberships);

  Program program_;
  UniqueFd attachment_;  // a BPF link: closing it detaches the program
  Mode mode_;
  UniqueFd memberships_;  // a socket that is a member of the groups and receives nothing
  unsigned rings_ = 0;
};

}  // namespace masscan::nic
