#include "cli/resolve_names.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/standard_streams.h"
#include "host/resolver.h"
#include "scan/status_line.h"
#include "targets/target_list.h"

namespace masscan::cli {
namespace {

constexpr std::size_t kFailuresTold = 5;

// Every name once, with its addresses.
class Answers {
 public:
  static Result<Answers> ask(const setup::Config& config) {
    Answers answers;
    for (const auto* list : {&config.names, &config.excluded_names}) {
      for (const targets::HostName& host : *list) answers.names_.push_back(host.name);
    }
    auto& names = answers.names_;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    answers.lookups_ = TRY(host::resolve(names, {}, progress(names.size(), config)));
    return answers;
  }

  const host::Lookup& of(const targets::HostName& host) const {
    const auto at = std::lower_bound(names_.begin(), names_.end(), host.name);
    return lookups_[static_cast<std::size_t>(at - names_.begin())];
  }

 private:
  static host::ResolverProgress progress(std::size_t total, const setup::Config& config) {
    const bool is_shown = config.output.status && !config.output.status_ndjson;
    if (!is_shown || ::isatty(STDERR_FILENO) != 1) return {};
    return [total](std::size_t done) {
      write_stderr(fmt::format("looking up host names: {} of {}\r", done, total));
      if (done == total) write_stderr(scan::blank_status_line());
    };
  }

  std::vector<std::string> names_;
  std::vector<host::Lookup> lookups_;
};

Result<void> add_excludes(const Answers& answers, setup::Config& config) {
  targets::AddressRanges ranges;
  for (const targets::HostName& host : config.excluded_names) {
    const host::Lookup& lookup = answers.of(host);
    if (!lookup.failure.empty()) {
      return run_error("{}: {}: {}; exclude its addresses instead", host.place, host.name,
                       lookup.failure);
    }
    for (const net::IpAddress& address : lookup.addresses) ranges.add({address, address});
  }
  (config.resume_point ? config.late_excludes : config.excludes).add(std::move(ranges));
  config.excluded_names.clear();
  return {};
}

// "3 of 9 host names: a.example: has no address; b.example: ..."
std::string describe_failures(const std::vector<std::string>& failures, std::size_t names) {
  const auto told = std::span(failures).first(std::min(failures.size(), kFailuresTold));
  return fmt::format("{} of {} host names: {}{}", failures.size(), names, fmt::join(told, "; "),
                     told.size() < failures.size() ? "; ..." : "");
}

Result<void> add_targets(const Answers& answers, setup::Config& config,
                         std::vector<std::string>& notes) {
  targets::TargetList found;
  std::vector<std::string> failures;
  for (const targets::HostName& host : config.names) {
    const host::Lookup& lookup = answers.of(host);
    for (const net::IpAddress& address : lookup.addresses) {
      if (host.port) {
        found.pairs.add({address, *host.port});
      } else {
        found.ranges.add({address, address});
      }
      if (config.banners) config.talk.host_names.try_emplace(address, host.name);
    }
    if (!lookup.failure.empty()) failures.push_back(to_string(host) + ": " + lookup.failure);
  }
  const std::size_t names = config.names.size();
  config.names.clear();
  targets::AddressSet meant;
  meant.add(found.ranges);
  config.left_out.subtract(meant);
  config.targets.add(std::move(found.ranges));
  config.pairs.add(std::move(found.pairs));
  if (failures.empty()) return {};
  if (config.targets.empty() && config.pairs.empty()) {
    return run_error("no targets are left: no address for {}", describe_failures(failures, names));
  }
  notes.push_back("not everything was found of " + describe_failures(failures, names));
  return {};
}

std::vector<std::string> note_shards(const setup::Config& config) {
  if (config.shard.count == 1 || config.names.empty()) return {};
  return {"shards fit together only if host names have the same addresses everywhere"};
}

}  // namespace

Result<std::vector<std::string>> resolve_names(setup::Config& config) {
  std::vector<std::string> notes = note_shards(config);
  if (config.names.empty() && config.excluded_names.empty()) return notes;
  const Answers answers = TRY(Answers::ask(config));
  TRY(add_excludes(answers, config));
  TRY(add_targets(answers, config, notes));
  return notes;
}

}  // namespace masscan::cli
