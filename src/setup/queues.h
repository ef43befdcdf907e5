// Opens the queue pairs of a plan: on real links, in the simulated internet, into a capture file or
// over a bin.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "engine/worker.h"
#include "nic/pcap_file.h"
#include "nic/queue_pair.h"
#include "setup/config.h"
#include "setup/link_backend.h"
#include "sim/internet.h"

namespace masscan::setup {

class Queues {
 public:
  // Chooses the transports of real links, and the number of workers that suits them unless it was
  // given; tells the plan. Owns them, or the simulated internet of `-e sim`, and the file of
  // --pcap, and must outlive the queues.
  // `interruption`: see nic::PcapFile.
  static Result<Queues> open(const Config& config, engine::Plan& plan,
                             const nic::Interruption& interruption = {});

  // One worker's queues, one for each link of the plan. Once for each worker.
  Result<std::vector<std::unique_ptr<nic::QueuePair>>> of_worker(const engine::Plan& plan,
                                                                 unsigned worker);
  // Empties the capture file, before the first packet of the scan.
  Result<void> begin_capture();
  // After the queues have gone: what went wrong with the capture file, if anything did.
  Result<void> close_capture();

 private:
  explicit Queues(const Config& config) : config_(&config) {}
  Result<void> open_capture(const engine::Plan& plan, const nic::Interruption& interruption);
  Result<void> open_transports(engine::Plan& plan);
  // What sends and receives, without a recorder.
  Result<std::unique_ptr<nic::QueuePair>> open_one(const engine::Plan& plan, std::size_t link,
                                                   unsigned worker);

  const Config* config_;
  std::unique_ptr<sim::Internet> internet_;
  std::vector<LinkBackend> backends_;       // by link, if these are real
  std::unique_ptr<nic::PcapFile> capture_;  // of --pcap
};

// Asks for the plan's routers and waits for them, at most three seconds. One that is silent is an
// Error: nothing would leave the link. So is whatever asks to stop.
Result<void> resolve_routers(const engine::Plan& plan, engine::Worker& worker,
                             const std::stop_token& stop = {});

}  // namespace masscan::setup
