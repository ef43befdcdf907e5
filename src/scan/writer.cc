#include "scan/writer.h"

#include <utility>

#include "base/time.h"

namespace masscan::scan {

namespace {

// A record is on its way out after this at the latest.
constexpr Duration kNap = 10ms;

}  // namespace

Writer::Writer(const std::vector<std::unique_ptr<Worker>>& workers, Outputs outputs,
               Controls& controls)
    : workers_(workers),
      outputs_(std::move(outputs)),
      controls_(controls),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Writer::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!drain()) std::this_thread::sleep_for(kNap);
  }
  drain();
}

bool Writer::drain() {
  bool has_records = false;
  for (const auto& worker : workers_) {
    while (const auto record = worker->records().pop()) {
      has_records = true;
      // After an Error records are taken all the same, so that no worker waits for ever.
      if (outcome_) outcome_ = outputs_.write(*record);
    }
  }
  if (has_records && outcome_) outcome_ = outputs_.flush();
  if (!outcome_) controls_.raise(Urgency::kSoon);
  return has_records;
}

Result<void> Writer::finish() {
  thread_.request_stop();
  thread_.join();
  const Result<void> closed = outputs_.close();
  return outcome_ ? closed : outcome_;
}

}  // namespace masscan::scan
