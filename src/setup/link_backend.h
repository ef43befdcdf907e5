// Sends and receives frames on one link. Packet sockets work everywhere and sleep between batches.
// XDP programs use no socket buffers and are many times faster, but occupy a processor. libpcap is
// used on request only. Raw sockets send to this machine's own addresses.
//
// Owner: the code that opens the workers' queues; must outlive them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "nic/queue_pair.h"
#include "nic/sender.h"
#include "nic/xdp/tap.h"
#include "setup/config.h"

namespace masscan::setup {

class LinkBackend {
 public:
  // Opens what `config` asks for. Backend::kAuto takes XDP if the rate is high enough and the
  // machine supports it, else packet sockets.
  // Errors: the requested backend does not work here.
  static Result<LinkBackend> open(const Config& config, const engine::Plan& plan,
                                  const engine::LinkPlan& link, unsigned workers);

  // Opens one worker's queue.
  // REQUIRES: called once for each worker.
  Result<std::unique_ptr<nic::QueuePair>> open_queue(const engine::Plan& plan,
                                                     const engine::LinkPlan& link, unsigned worker);
  // True if an XDP program takes our replies, so that the kernel does not see them.
  bool takes_replies() const { return tap_ != nullptr; }
  // True if kernel threads send.
  bool has_senders() const { return !senders_.empty(); }
  // The chosen backend and the reason, in one line.
  const std::string& description() const { return description_; }

 private:
  static Result<LinkBackend> open_local(const Config& config, const engine::LinkPlan& link);
  static Result<LinkBackend> open_xdp(const Config& config, const engine::Plan& plan,
                                      const engine::LinkPlan& link, unsigned workers);

  bool uses_libpcap_ = false;
  bool uses_qdisc_ = false;           // of the packet sockets
  std::unique_ptr<nic::XdpTap> tap_;  // null: packet sockets receive
  // By worker; empty: packet sockets send.
  std::vector<std::vector<std::unique_ptr<nic::Sender>>> senders_;
  std::string description_;
};

// Describes what each kind of backend can do on the link, a line each.
std::vector<std::string> examine_transports(const Config& config, const engine::LinkPlan& link);

}  // namespace masscan::setup
