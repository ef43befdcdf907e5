#include "cli/check.h"

#include "base/uint128.h"
#include "net/port.h"

namespace masscan::cli {
namespace {

// More addresses than this are scanned only if something is excluded (masscan's threshold).
constexpr Uint128 kMostUnconfirmed = 1'000'000'000;

Result<void> check_targets(const scan::Config& config) {
  if (config.targets.empty()) {
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

Result<void> check_ports(const scan::Config& config) {
  if (config.ports.empty()) {
    return usage_error("no ports were specified: add them with -p, such as -p80 or -p0-65535");
  }
  for (const targets::PortRun& run : config.ports.ranges()) {
    if (run.transport == net::Transport::kTcp) continue;
    return usage_error("ports: scanning {} is not supported yet; name TCP ports only",
                       name(run.transport));
  }
  return {};
}

Result<void> check_output(const scan::OutputConfig& output) {
  const bool has_format = output.format != nullptr;
  if (!output.file.empty() && !has_format) {
    return usage_error(
        "--output-filename: masscan's usual format, xml, is not supported yet; add "
        "--output-format list or ndjson");
  }
  if (output.file.empty() && has_format && output.format->name != "interactive") {
    return usage_error(
        "--output-format: there is no file to write {} to; add --output-filename "
        "FILE, or '-' for standard output",
        output.format->name);
  }
  return {};
}

}  // namespace

Result<void> check_scan(const scan::Config& config) {
  TRY(check_targets(config));
  TRY(check_ports(config));
  return check_output(config.output);
}

}  // namespace masscan::cli
