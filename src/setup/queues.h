// Opens the queue pairs of a plan: on real links, in the simulated internet, into a capture file,
// or into a queue that discards.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "nic/pcap_file.h"
#include "nic/queue_pair.h"
#include "setup/config.h"
#include "setup/link_backend.h"
#include "sim/internet.h"

namespace masscan::setup {

class Queues {
 public:
  // Chooses the backends of real links and the number of workers: at most `plan.workers`, or as
  // many as were requested. Owns the backends, or the simulated internet of `-e sim`, and the file
  // of --pcap. Must outlive the queues. `interruption`: see nic::PcapFile.
  static Result<Queues> open(const Config& config, const engine::Plan& plan,
                             const nic::Interruption& interruption = {});

  unsigned workers() const { return workers_; }
  // True if an XDP program takes the replies on this link before the kernel sees them.
  bool hides_replies(std::size_t link) const {
    return link < backends_.size() && backends_[link].takes_replies();
  }
  // Describes the backend of each link, a line each.
  std::vector<std::string> description() const;

  // Opens one worker's queues, one for each link of the plan.
  // REQUIRES: called once for each worker.
  Result<std::vector<std::unique_ptr<nic::QueuePair>>> of_worker(const engine::Plan& plan,
                                                                 unsigned worker);
  // Empties the capture file, before the first packet of the scan.
  Result<void> begin_capture();
  // Closes the capture file.
  // Errors: a write to it failed.
  // REQUIRES: the queues are destroyed.
  Result<void> close_capture();

 private:
  explicit Queues(const Config& config) : config_(&config) {}
  Result<void> open_capture(const engine::Plan& plan, const nic::Interruption& interruption);
  Result<void> open_backends(const engine::Plan& plan);
  // Opens the queue without a recorder or a tracer.
  Result<std::unique_ptr<nic::QueuePair>> open_one(const engine::Plan& plan, std::size_t link,
                                                   unsigned worker);

  const Config* config_;
  unsigned workers_ = 1;
  WallTime began_ = wall_now();
  std::unique_ptr<sim::Internet> internet_;
  std::vector<LinkBackend> backends_;       // by link; empty if the links are not real
  std::unique_ptr<nic::PcapFile> capture_;  // of --pcap
};

}  // namespace masscan::setup
