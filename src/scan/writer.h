// Takes the records of all workers, formats them and writes them to the outputs, in a thread of its
// own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "banner/stream_protocol.h"
#include "base/result.h"
#include "base/thread.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "host/mac_vendors.h"
#include "output/outputs.h"
#include "record/record.h"
#include "scan/fake_finder.h"

namespace masscan::scan {

class Writer {
 public:
  // Starts the thread, which does nothing before the gate opens. All references are borrowed. A
  // write error requests a graceful stop of the scan. Without a finder no record is suspect.
  // `streams` are the settings with which the workers read streams. With `writes_raw` each UDP
  // answer has a banner of all its bytes too.
  static Result<std::unique_ptr<Writer>> start(
      const std::vector<std::unique_ptr<engine::Worker>>& workers, output::Outputs& outputs,
      engine::SharedControls& controls, Gate& gate, std::optional<FakeFinder> finder = {},
      banner::StreamSettings streams = {}, bool writes_raw = false);

  // Blocks until every record that workers held at the call is written. Returns descriptors of the
  // result files, or nullopt on a write error or when `stop` is requested.
  // REQUIRES: called by one thread only.
  std::optional<std::vector<UniqueFd>> write_all(const std::stop_token& stop);

  // Requests the end: the writer writes what is left. Waits at most `longest`, because the reader
  // of a pipe may be slow. Returns true if the writer has ended.
  // REQUIRES: the workers have ended.
  bool end(Duration longest);
  // Waits for the thread. Returns the first Error of all.
  // REQUIRES: called after `end`.
  Result<void> finish();

 private:
  Writer(const std::vector<std::unique_ptr<engine::Worker>>& workers, output::Outputs& outputs,
         engine::SharedControls& controls, std::optional<FakeFinder> finder,
         banner::StreamSettings streams, bool writes_raw)
      : workers_(workers),
        outputs_(outputs),
        controls_(controls),
        finder_(std::move(finder)),
        streams_(std::move(streams)),
        writes_raw_(writes_raw) {}
  void work(const std::stop_token& stop);
  // Returns true if there were any records.
  bool drain();
  void write(const engine::Message& message, Bytes said);
  // These set the text of a banner, and the software if one is stated, and return its kind.
  record::Application describe_answer(const engine::Message& message, Bytes datagram);
  record::Application describe_mac(Bytes octets);
  void write_stream(const engine::Message& message, Bytes stream);
  void write(const engine::Message& message, record::Application application, std::string_view text,
             std::string_view software = {});
  void take(record::Record record);
  void release_held();
  bool is_written(std::uint64_t ticket);
  // Keeps the first Error.
  void keep(Result<void> done);
  std::uint64_t asked();
  void serve(std::uint64_t ticket);

  const std::vector<std::unique_ptr<engine::Worker>>& workers_;
  output::Outputs& outputs_;
  engine::SharedControls& controls_;
  std::optional<FakeFinder> finder_;
  std::uint64_t noted_ticket_ = 0;        // the last one seen
  std::uint64_t held_before_ticket_ = 0;  // records, ever
  Result<void> outcome_;
  const banner::StreamSettings streams_;
  const bool writes_raw_;
  std::string text_;                    // of the last answer
  std::string software_;                // that it states
  banner::StreamOutput stream_output_;  // of the last stream
  std::optional<host::MacVendors> vendors_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t asked_ = 0;                     // calls of `write_all`
  std::uint64_t served_ = 0;                    // those that were answered
  std::optional<std::vector<UniqueFd>> files_;  // the last answer
  bool has_ended_ = false;

  Thread thread_;  // last: it uses the other members
};

}  // namespace masscan::scan
