#include "cli/check.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/uint128.h"
#include "cli/options.h"
#include "net/port.h"

namespace masscan::cli {
namespace {

// More addresses than this are scanned only if something is excluded (masscan's threshold).
constexpr Uint128 kMostUnconfirmed = 1'000'000'000;

Result<void> check_planned(const scan::Config& config) {
  for (const auto& [name, index, value, place] : config.planned) {
    const bool has_effect = find_long(name)->reason.empty();
    if (has_effect) return usage_error("{}: not supported yet; leave it out", place);
  }
  return {};
}

Result<void> check_rate(const scan::Config& config) {
  if (config.rate_pps > 0) return {};
  return usage_error(
      "rate: at 0 packets per second a scan never ends; write a rate from 0.01, such as 10000");
}

Result<void> check_targets(const scan::Config& config) {
  if (config.targets.empty() && config.pairs.empty() && config.names.empty()) {
    return usage_error(
        "no targets{}: name addresses, ranges or prefixes, such as 10.0.0.0/8, or a "
        "file with -iL",
        config.excludes.empty() ? "" : " are left after the excludes");
  }
  const Uint128 count = config.targets.count();
  if (count <= kMostUnconfirmed || !config.excludes.empty()) return {};
  return usage_error(
      "range too big, need confirmation: {} addresses and nothing excluded; add "
      "--excludefile FILE, or --exclude 255.255.255.255 if you mean it",
      to_string(count));
}

// Pairs bring their own.
bool needs_ports(const scan::Config& config) {
  return !config.targets.empty() ||
         std::any_of(config.names.begin(), config.names.end(),
                     [](const targets::HostName& host) { return !host.port; });
}

Result<void> check_ports(const scan::Config& config) {
  if (config.ports.empty() && needs_ports(config)) {
    return usage_error("no ports were specified: add them with -p, such as -p80 or -p0-65535");
  }
  for (const targets::PortRun& run : config.ports.ranges()) {
    if (run.transport == net::Transport::kTcp) continue;
    return usage_error("ports: scanning {} is not supported yet; name TCP ports only",
                       name(run.transport));
  }
  return {};
}

// Standard output gets the lines for humans, or what is written to "-".
bool uses_standard_output(const scan::OutputConfig& output) {
  const bool is_quiet = output.format != nullptr && output.format->name == report::kNoFormat;
  const bool is_elsewhere = is_quiet || output.has_servers();
  if (output.interactive || (output.file.empty() && !is_elsewhere) || output.file == "-") {
    return true;
  }
  return std::any_of(output.also.begin(), output.also.end(),
                     [](const scan::OutputFile& other) { return other.file == "-"; });
}

// Of standard output only one can have the whole.
Result<void> check_capture(const scan::Config& config) {
  if (config.capture != "-" || !uses_standard_output(config.output)) return {};
  return usage_error(
      "--pcap: standard output is where the results go; write them to a file, with -oL FILE, or "
      "the packets");
}

bool needs_file(const report::Format* format) {
  return format != nullptr && format->name != "interactive" && format->name != report::kNoFormat;
}

Result<void> check_servers(const scan::OutputConfig& output) {
  if (!output.redis_password.empty() && !output.redis) {
    return usage_error("--redis-pwd: there is no Redis server to log in to; add --redis ADDRESS");
  }
  if (!output.spool.empty() && !output.has_servers()) {
    return usage_error(
        "--spool: no server gets results that could wait there; add --redis ADDRESS or --postgres "
        "URL");
  }
  return {};
}

Result<void> check_files(const scan::OutputConfig& output) {
  if (output.file.empty() && needs_file(output.format)) {
    return usage_error(
        "--output-format: there is no file to write {} to; add --output-filename "
        "FILE, or '-' for standard output",
        output.format->name);
  }
  std::set<std::string_view> files = {output.file};
  for (const scan::OutputFile& other : output.also) {
    if (files.insert(other.file).second) continue;
    return usage_error("output: two formats go to '{}'; give each a file of its own", other.file);
  }
  return {};
}

}  // namespace

Result<void> check_scan(const scan::Config& config) {
  TRY(check_planned(config));
  TRY(check_rate(config));
  TRY(check_targets(config));
  TRY(check_ports(config));
  TRY(check_capture(config));
  return check_output(config);
}

Result<void> check_output(const scan::Config& config) {
  TRY(check_servers(config.output));
  return check_files(config.output);
}

}  // namespace masscan::cli
