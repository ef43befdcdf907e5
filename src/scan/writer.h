// The one thread that formats and writes: takes the records of all workers and puts them where
// they belong.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "base/result.h"
#include "scan/controls.h"
#include "scan/outputs.h"
#include "scan/worker.h"

namespace masscan::scan {

class Writer {
 public:
  // Starts at once. Workers and `controls` are borrowed; a disk that refuses ends the scan soon.
  Writer(const std::vector<std::unique_ptr<Worker>>& workers, Outputs outputs, Controls& controls);

  // Writes what is left and closes the outputs: call it when the workers have ended. The Error is
  // the first one of the whole scan.
  Result<void> finish();

 private:
  void work(const std::stop_token& stop);
  // True if there were any records.
  bool drain();

  const std::vector<std::unique_ptr<Worker>>& workers_;
  Outputs outputs_;
  Controls& controls_;
  Result<void> outcome_;
  std::jthread thread_;
};

}  // namespace masscan::scan
