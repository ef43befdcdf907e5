#include "setup/queues.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "nic/discard.h"
#include "nic/memory.h"
#include "nic/pcap_queue.h"
#include "setup/recorder.h"
#include "setup/tracer.h"

namespace masscan::setup {

namespace {

sim::InternetConfig internet_config(const Config& config) {
  const auto open_ppm = static_cast<std::uint32_t>(config.sim_open * TRUTH_MILLION);
  return {.answers = {.key = config.sim_key, .open_ppm = open_ppm, .closed_ppm = TRUTH_MILLION / 2},
          .mac = net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{1}}),
          .seed = config.sim_key,
          .has_services = config.banners};
}

// Returns the offset that gives simulated frames the wall clock's time.
Duration wall_offset() { return wall_now().time_since_epoch() - now().time_since_epoch(); }

// Each XDP sender occupies a processor, and each worker has at least one sender.
unsigned workers_beside(std::optional<unsigned> senders) {
  const unsigned half = std::thread::hardware_concurrency() / 2;
  return std::max(1u, senders ? std::min(half, *senders) : half);
}

}  // namespace

Result<Queues> Queues::open(const Config& config, const engine::Plan& plan,
                            const nic::Interruption& interruption) {
  Queues queues(config);
  queues.workers_ = plan.workers;
  if (!config.capture.empty()) TRY(queues.open_capture(plan, interruption));
  if (config.offline) return queues;
  if (config.network.interface == "sim") {
    queues.internet_ =
        std::make_unique<sim::Internet>(TRY(sim::Internet::open(internet_config(config))));
    return queues;
  }
  TRY(queues.open_backends(plan));
  return queues;
}

Result<void> Queues::open_backends(const engine::Plan& plan) {
  const bool is_given = config_->workers > 0;
  const unsigned fewer = std::min(plan.workers, workers_beside(config_->network.senders));
  const unsigned workers = is_given ? plan.workers : fewer;
  for (const engine::LinkPlan& link : plan.links) {
    backends_.push_back(TRY(LinkBackend::open(*config_, plan, link, workers)));
  }
  const auto has_senders = [](const LinkBackend& backend) { return backend.has_senders(); };
  if (std::ranges::any_of(backends_, has_senders)) workers_ = workers;
  return {};
}

std::vector<std::string> Queues::description() const {
  std::vector<std::string> lines;
  for (const LinkBackend& backend : backends_) lines.push_back(backend.description());
  return lines;
}

Result<void> Queues::open_capture(const engine::Plan& plan, const nic::Interruption& interruption) {
  const engine::LinkPlan& first = plan.links.front();
  for (const engine::LinkPlan& link : plan.links) {
    if (link.layer == first.layer) continue;
    return usage_error(
        "--pcap: {} and {} carry different kinds of frames, and a capture holds one kind; scan "
        "through one of them at a time, with -e",
        first.interface, link.interface);
  }
  capture_ = TRY(nic::PcapFile::open(config_->capture, first.layer, interruption));
  return {};
}

Result<void> Queues::begin_capture() {
  return capture_ != nullptr ? capture_->begin() : Result<void>();
}

Result<void> Queues::close_capture() {
  return capture_ != nullptr ? capture_->close() : Result<void>();
}

Result<std::vector<std::unique_ptr<nic::QueuePair>>> Queues::of_worker(const engine::Plan& plan,
                                                                       unsigned worker) {
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  for (std::size_t link = 0; link < plan.links.size(); ++link) {
    std::unique_ptr<nic::QueuePair> queue = TRY(open_one(plan, link, worker));
    if (capture_ != nullptr && !config_->offline) {
      queue = std::make_unique<Recorder>(std::move(queue), plan.patterns(), plan.ports_of(worker),
                                         *capture_);
    }
    if (config_->packet_trace) queue = std::make_unique<Tracer>(std::move(queue), began_);
    queues.push_back(std::move(queue));
  }
  return queues;
}

Result<std::unique_ptr<nic::QueuePair>> Queues::open_one(const engine::Plan& plan, std::size_t link,
                                                         unsigned worker) {
  if (config_->offline && capture_ != nullptr) {
    return std::unique_ptr<nic::QueuePair>(TRY(nic::PcapQueue::open(*capture_, wall_offset())));
  }
  if (config_->offline) {
    return std::unique_ptr<nic::QueuePair>(TRY(nic::Discard::open(plan.links[link].layer)));
  }
  if (internet_) {
    const nic::MemoryConfig memory{.faults = {.delay_min = 1ms, .delay_max = 30ms},
                                   .seed = config_->sim_key,
                                   .wall_offset = wall_offset()};
    return std::unique_ptr<nic::QueuePair>(TRY(nic::MemoryQueue::open(memory, *internet_)));
  }
  return backends_[link].open_queue(plan, plan.links[link], worker);
}

}  // namespace masscan::setup
