#include "cli/read_files.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "base/time.h"
#include "base/written_file.h"
#include "cli/contradictions.h"
#include "cli/read_settings.h"
#include "cli/resolve_names.h"
#include "control/interrupts.h"
#include "convert/convert.h"
#include "convert/diff.h"
#include "output/outputs.h"
#include "output/sink.h"

namespace masscan::cli {
namespace {

void print_note(std::string_view note) {
  write_stderr(fmt::format("masscan: {}\n", printable(note)));
}

// The file for the differences. Its old contents stay until the first difference is written.
class File {
 public:
  // Waiting ends when the descriptor `interruption` becomes readable.
  static Result<File> open(const std::string& path, int interruption) {
    Result<WrittenFile> file = WrittenFile::open(path, 0, interruption);
    if (file) return File(std::move(file).value(), interruption);
    return run_error("cannot open {} for the differences: {}", path, file.error().message);
  }

  Result<void> write(std::string_view text) {
    buffer_ += text;
    return buffer_.size() < kBufferBytes ? Result<void>() : flush();
  }

  Result<void> close() {
    TRY(flush());
    return file_.close() ? Result<void>() : fail();
  }

 private:
  static constexpr std::size_t kBufferBytes = 64 * 1024;

  File(WrittenFile file, int interruption) : file_(std::move(file)), interruption_(interruption) {}

  Result<void> flush() {
    if (!std::exchange(has_begun_, true) && !file_.begin_empty()) return fail();
    if (write_all(file_.fd(), buffer_, interruption_) != buffer_.size()) return fail();
    buffer_.clear();
    return {};
  }

  Error fail() const {
    return run_error("cannot write the differences to {}: {}", file_.path(), last_system_error());
  }

  WrittenFile file_;
  int interruption_;
  std::string buffer_;
  bool has_begun_ = false;
};

}  // namespace

Result<convert::Request> conversion_request(const Settings& settings) {
  const Reading& reading = settings.reading;
  setup::Config config = settings.config;
  for (const std::string& note : TRY(resolve_names(config))) print_note(note);
  convert::Request request;
  request.files = reading.files;
  request.dialect = reading.dialect;
  request.now = wall_now();
  convert::Selection& selection = request.selection;
  if (reading.has_targets) selection.addresses = std::move(config.targets);
  selection.pairs = std::move(config.pairs);
  if (reading.has_ports) selection.ports = std::move(config.ports);
  selection.excluded_addresses = std::move(config.excludes);
  selection.excluded_ports = settings.excluded_ports;
  selection.since = reading.since;
  selection.until = reading.until;
  selection.banners = reading.banners;
  selection.applications = reading.applications;
  return request;
}

namespace {

// A request, and what ends it.
struct InterruptibleRequest {
  std::unique_ptr<control::Interrupts> interrupts;
  convert::Request request;
};

// `outcome` is for Interrupts.
Result<InterruptibleRequest> open_request(const Settings& settings, std::string outcome) {
  TRY(check_output(settings.config));
  TRY(check_distinct_files(input_files(settings), settings.config));
  auto interrupts = TRY(control::Interrupts::open(control::Hangup::kEnd, std::move(outcome)));
  convert::Request request = TRY(conversion_request(settings));
  request.interrupts = interrupts.get();
  return InterruptibleRequest{std::move(interrupts), std::move(request)};
}

}  // namespace

Result<void> read_scan(const Settings& settings) {
  const auto [interrupts, request] =
      TRY(open_request(settings, "interrupted; what was read until then is converted"));
  return convert::convert(request, settings.config.output, print_note);
}

Result<void> deliver(const Settings& settings) {
  const output::OutputConfig& output = settings.config.output;
  const auto interrupts = TRY(control::Interrupts::open(
      control::Hangup::kEnd, "interrupted; what is not delivered stays in its spool"));
  for (const std::string& file : settings.reading.files) {
    auto servers = output::databases(output);
    if (servers.size() != 1) {
      return usage_error("--deliver: name one server, with --redis ADDRESS or --postgres URL");
    }
    const auto sink = TRY(output::Sink::open_existing(file, std::move(servers.front())));
    TRY(sink->close({.keeps_spool = true, .stop = interrupts->immediate_stop()}));
    print_note(fmt::format(
        "{}: everything in it is delivered; remove it, unless its scan will be resumed", file));
  }
  return {};
}

Result<void> print_diff(const Settings& settings,
                        const std::function<Result<void>(std::string_view)>& print) {
  const output::OutputConfig& output = settings.config.output;
  if (settings.reading.files.size() != 2) {
    return usage_error("--diff: it needs two files; write --diff OLD NEW");
  }
  if (output.has_databases()) {
    return usage_error("--diff: differences go to no server; leave out --redis and --postgres");
  }
  const auto [interrupts, request] =
      TRY(open_request(settings, "interrupted; not all differences were found"));
  if (output.format == nullptr || output.format->name == "interactive") {
    return convert::diff(request, convert::DiffFormat::kText, print_note, print);
  }
  if (output.format->name != "ndjson") {
    return usage_error("--diff: the differences are lines for people, or NDJSON; write -oD FILE");
  }
  if (output.file == "-") {
    return convert::diff(request, convert::DiffFormat::kNdjson, print_note, print);
  }
  File file = TRY(File::open(output.file, request.interruption()));
  TRY(convert::diff(request, convert::DiffFormat::kNdjson, print_note,
                    [&file](std::string_view text) { return file.write(text); }));
  return file.close();
}

}  // namespace masscan::cli
