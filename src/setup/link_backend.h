// How frames leave and arrive on one link: by packet sockets, which work everywhere and sleep
// between batches, by XDP programs, without socket buffers: many times faster, with a processor
// that spins, or by libpcap if it is asked for. To this machine's own addresses raw sockets send.
//
// Belongs to who opens the workers' queues, and outlives them.
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
  // What `config` asks for, or the Error that says why that cannot be. With Transport::kAuto: XDP
  // where the rate is worth it and the machine lets us; else packet sockets.
  static Result<LinkBackend> open(const Config& config, const engine::Plan& plan,
                                  const engine::LinkPlan& link, unsigned workers);

  // One worker's queue; once for each worker.
  Result<std::unique_ptr<nic::QueuePair>> open_queue(const engine::Plan& plan,
                                                     const engine::LinkPlan& link, unsigned worker);
  // An XDP program takes our replies: the kernel does not see them.
  bool takes_replies() const { return tap_ != nullptr; }
  // Threads in the kernel send.
  bool has_senders() const { return !senders_.empty(); }
  // What was taken, and why, in a line.
  const std::string& description() const { return description_; }

 private:
  static Result<LinkBackend> open_local(const Config& config, const engine::LinkPlan& link);
  static Result<LinkBackend> open_xdp(const Config& config, const engine::Plan& plan,
                                      const engine::LinkPlan& link, unsigned workers);

  bool uses_libpcap_ = false;
  bool uses_qdisc_ = false;                            // where packet sockets send
  std::unique_ptr<nic::XdpTap> tap_;                   // null: packet sockets receive
  std::vector<std::unique_ptr<nic::Sender>> senders_;  // by worker; none: packet sockets send
  std::string description_;
};

// What each kind of transport says of the link, a line each.
std::vector<std::string> examine_transports(const Config& config, const engine::LinkPlan& link);

}  // namespace masscan::setup
