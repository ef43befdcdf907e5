// Opens the queue pairs of a plan: packet sockets, the simulated internet, a capture file or a bin.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "nic/pcap_file.h"
#include "nic/queue_pair.h"
#include "scan/config.h"
#include "scan/plan.h"
#include "scan/worker.h"
#include "sim/internet.h"

namespace masscan::scan {

class Queues {
 public:
  // Owns the simulated internet of `-e sim` and the file of `--pcap`, and must outlive the queues.
  explicit Queues(const Config& config);

  // One worker's queues, one for each link of the plan.
  Result<std::vector<std::unique_ptr<nic::QueuePair>>> open(const Plan& plan, unsigned worker);
  // After the queues have gone: what went wrong with the capture file, if anything did.
  Result<void> close_capture();

 private:
  Result<void> open_capture(const Plan& plan);
  // What sends and receives, without a recorder.
  Result<std::unique_ptr<nic::QueuePair>> open_one(const Plan& plan, const LinkPlan& link,
                                                   unsigned worker);

  const Config& config_;
  std::optional<sim::Internet> internet_;
  std::unique_ptr<nic::PcapFile> capture_;  // of --pcap
};

// Asks for the plan's routers and waits for them, at most three seconds. One that is silent is an
// Error: nothing would leave the link.
Result<void> resolve_routers(const Plan& plan, Worker& worker);

}  // namespace masscan::scan
