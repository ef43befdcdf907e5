#include "scan/scan.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "host/firewall.h"
#include "scan/control_desk.h"
#include "scan/controls.h"
#include "scan/machine.h"
#include "scan/monitor.h"
#include "scan/outputs.h"
#include "scan/plan.h"
#include "scan/queues.h"
#include "scan/worker.h"
#include "scan/worker_loop.h"
#include "scan/writer.h"

namespace masscan::scan {

namespace {

// Whether the workers have ended is looked at this often.
constexpr Duration kTick = 50ms;

// Our addresses that the kernel owns too, and so would answer for.
std::vector<net::IpAddress> shared_sources(const Plan& plan) {
  std::vector<net::IpAddress> shared;
  for (const LinkPlan& link : plan.links) {
    for (const net::AddressRange& range : link.sources) {
      const bool is_spoofed =
          std::find(link.spoofed.begin(), link.spoofed.end(), range) != link.spoofed.end();
      if (!is_spoofed) shared.push_back(range.first);
    }
  }
  return shared;
}

report::DocumentInfo document_info(const Config& config, const Plan& plan) {
  return {.began = wall_now(),
          .ports = plan.space.ports().ranges(),
          .stylesheet = config.output.stylesheet};
}

// The kernel's resets, kept away while the scan lasts; a note if that cannot be.
std::optional<host::Firewall> open_firewall(const Config& config, Plan& plan) {
  const bool is_real = !config.offline && config.way.interface != "sim";
  const std::vector<net::IpAddress> shared = shared_sources(plan);
  if (!is_real || shared.empty() || !config.way.firewall) return std::nullopt;
  Result<host::Firewall> firewall = host::Firewall::open(shared, plan.source_ports);
  if (firewall) return std::move(firewall).value();
  plan.notes.push_back(firewall.error().message);
  return std::nullopt;
}

class Run {
 public:
  Run(const Plan& plan, const Config& config, std::vector<std::unique_ptr<Worker>> workers,
      Outputs outputs, Ears ears)
      : workers_(std::move(workers)),
        controls_(plan.rate_pps),
        monitor_(plan, config.output, workers_),
        desk_(std::move(ears), controls_, monitor_),
        writer_(workers_, std::move(outputs), controls_) {}

  Result<void> operator()() {
    std::vector<std::jthread> threads;
    for (const auto& worker : workers_) {
      threads.emplace_back([&] {
        run_worker(*worker, controls_);
        running_.fetch_sub(1, std::memory_order_release);
      });
    }
    while (running_.load(std::memory_order_acquire) > 0) {
      desk_.serve(kTick);
      monitor_.tick(now());
    }
    threads.clear();
    const Result<void> written = writer_.finish();
    monitor_.finish(now());
    return written;
  }

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
  Controls controls_;
  std::atomic<std::size_t> running_ = workers_.size();
  Monitor monitor_;
  ControlDesk desk_;
  Writer writer_;
};

}  // namespace

Result<void> run(const Config& config, ReadExcludes read_excludes) {
  Ears ears = TRY(Ears::open(config.control, std::move(read_excludes)));
  Plan plan = TRY(make_plan(config));
  TRY(find_ways(config, plan));
  Outputs outputs = TRY(Outputs::open(config.output, document_info(config, plan)));
  const std::optional<host::Firewall> firewall = open_firewall(config, plan);

  Queues queues(config);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    auto links = TRY(queues.open(plan, number));
    workers.push_back(TRY(Worker::open(plan, number, std::move(links))));
  }
  TRY(resolve_routers(plan, *workers.front()));
  print_start(plan);
  return Run(plan, config, std::move(workers), std::move(outputs), std::move(ears))();
}

}  // namespace masscan::scan
