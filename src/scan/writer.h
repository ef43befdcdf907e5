// The one thread that formats and writes: takes the records of all workers and puts them where
// they belong.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/thread.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "output/outputs.h"

namespace masscan::scan {

class Writer {
 public:
  // Everything is borrowed. Does nothing before the gate opens; a disk that refuses ends the scan
  // soon.
  static Result<std::unique_ptr<Writer>> start(
      const std::vector<std::unique_ptr<engine::Worker>>& workers, output::Outputs& outputs,
      engine::SharedControls& controls, Gate& gate);

  // Returns once every record that workers had when it was called is written, with descriptors of
  // the files it is in; nothing if that failed, or if it shall `stop`. Of one other thread.
  std::optional<std::vector<UniqueFd>> write_all(const std::stop_token& stop);

  // The workers have ended: it writes what is left, and ends. True if it did so by now, or within
  // `longest`: whoever reads a pipe may take its time.
  bool end(Duration longest);
  // After `end` it waits for the end. The Error is the first one of all.
  Result<void> finish();

 private:
  Writer(const std::vector<std::unique_ptr<engine::Worker>>& workers, output::Outputs& outputs,
         engine::SharedControls& controls)
      : workers_(workers), outputs_(outputs), controls_(controls) {}
  void work(const std::stop_token& stop);
  // True if there were any records.
  bool drain();
  // The first Error is the one to report.
  void keep(Result<void> done);
  std::uint64_t asked();
  void serve(std::uint64_t ticket);

  const std::vector<std::unique_ptr<engine::Worker>>& workers_;
  output::Outputs& outputs_;
  engine::SharedControls& controls_;
  Result<void> outcome_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t asked_ = 0;                     // calls of `write_all`
  std::uint64_t served_ = 0;                    // those among them that were answered
  std::optional<std::vector<UniqueFd>> files_;  // the last answer
  bool has_ended_ = false;

  Thread thread_;  // last: it uses the others
};

}  // namespace masscan::scan
