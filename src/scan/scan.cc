#include "scan/scan.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "host/firewall.h"
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

constexpr Duration kTick = 50ms;

// Signals are not handled but waited for: no thread is ever interrupted by one.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Waits at most `longest`; true if a signal came.
  bool wait(Duration longest) const {
    const timespec timeout{.tv_sec = 0, .tv_nsec = longest.count()};
    return sigtimedwait(&set_, nullptr, &timeout) > 0;
  }

 private:
  sigset_t set_;
  sigset_t before_;
};

Urgency more_urgent(Urgency urgency) {
  return urgency == Urgency::kNone ? Urgency::kSoon : Urgency::kNow;
}

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
      Outputs outputs)
      : workers_(std::move(workers)),
        monitor_(plan, config.output.status, workers_),
        writer_(workers_, std::move(outputs), urgency_) {}

  Result<void> operator()(const Signals& signals) {
    std::vector<std::jthread> threads;
    for (const auto& worker : workers_) {
      threads.emplace_back([&] {
        run_worker(*worker, urgency_);
        running_.fetch_sub(1, std::memory_order_release);
      });
    }
    while (running_.load(std::memory_order_acquire) > 0) {
      if (signals.wait(kTick)) urgency_ = more_urgent(urgency_);
      monitor_.tick(now());
    }
    threads.clear();
    const Result<void> written = writer_.finish();
    monitor_.finish(now());
    return written;
  }

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<Urgency> urgency_ = Urgency::kNone;
  std::atomic<std::size_t> running_ = workers_.size();
  Monitor monitor_;
  Writer writer_;
};

}  // namespace

Result<void> run(const Config& config) {
  const Signals signals;
  Plan plan = TRY(make_plan(config));
  TRY(find_ways(config, plan));
  Outputs outputs = TRY(Outputs::open(config.output));
  const std::optional<host::Firewall> firewall = open_firewall(config, plan);

  Queues queues(config);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    auto links = TRY(queues.open(plan, number));
    workers.push_back(TRY(Worker::open(plan, number, std::move(links))));
  }
  TRY(resolve_routers(plan, *workers.front()));
  print_start(plan);
  return Run(plan, config, std::move(workers), std::move(outputs))(signals);
}

}  // namespace masscan::scan
