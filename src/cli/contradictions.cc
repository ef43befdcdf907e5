#include "cli/contradictions.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/uint128.h"
#include "cli/options/table.h"
#include "net/port.h"
#include "output/outputs.h"
#include "probe/kind.h"
#include "probe/tcp_syn.h"
#include "setup/banner_order.h"

namespace masscan::cli {
namespace {

// A scan of more addresses needs an exclude (masscan's threshold).
constexpr Uint128 kMostUnconfirmed = 1'000'000'000;

Result<void> check_planned(const setup::Config& config) {
  for (const auto& [name, index, value, place] : config.unsupported) {
    const bool has_effect = find_long(name)->reason.empty();
    if (has_effect) return usage_error("{}: not supported yet; leave it out", place);
  }
  return {};
}

Result<void> check_rate(const setup::Config& config) {
  if (config.rate_pps > 0) return {};
  return usage_error(
      "rate: at 0 packets per second a scan never ends; write a rate from 0.01, such as 10000");
}

Result<void> check_targets(const setup::Config& config) {
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

// Address:port pairs have ports of their own.
bool needs_ports(const setup::Config& config) {
  return !config.targets.empty() ||
         std::any_of(config.names.begin(), config.names.end(),
                     [](const targets::HostName& host) { return !host.port; });
}

Result<void> check_ports(const setup::Config& config) {
  if (config.ports.empty() && needs_ports(config)) {
    return usage_error("no ports were specified: add them with -p, such as -p80 or -p0-65535");
  }
  return {};
}

Result<void> check_data_check(const setup::Config& config) {
  if (!config.talk.checks_data || config.output.marks_suspects) return {};
  return usage_error(
      "--data-check and --no-suspect exclude each other: the check marks suspects; leave one out");
}

Result<void> check_hellos(const setup::Config& config) {
  const bool has_order_of_all = std::ranges::any_of(config.talk.orders, setup::is_order_of_all);
  if (config.talk.hello.empty() || !has_order_of_all) return {};
  return usage_error(
      "--hello and --banner-order both say what is asked at all ports; leave one out, or name the "
      "ports of the order");
}

Result<void> check_banners(const setup::Config& config) {
  const auto runs = config.ports.ranges();
  const bool has_tcp = std::ranges::any_of(
      runs, [](const net::TransportPorts& run) { return run.transport == net::Transport::kTcp; });
  if (!config.banners || !has_tcp || config.tcp_kind == &probe::kTcpSyn) return {};
  return usage_error(
      "--banners: services can be heard only where a SYN opens a connection; leave it out, or "
      "scan with -sS");
}

bool asks_tcp(const setup::Config& config) {
  return !config.pairs.empty() ||
         std::ranges::any_of(config.ports.ranges(),
                             [](const net::TransportPorts& run) {
                               return run.transport == net::Transport::kTcp;
                             }) ||
         std::ranges::any_of(config.names,
                             [](const targets::HostName& host) { return host.port.has_value(); });
}

bool asks_tcp_only(const setup::Config& config) {
  return std::ranges::all_of(config.ports.ranges(), [](const net::TransportPorts& run) {
    return run.transport == net::Transport::kTcp;
  });
}

// Returns the option that changes TCP probes, if there is one.
std::optional<std::string_view> tcp_option(const setup::Config& config) {
  if (config.tcp_flags) return "--scanflags";
  if (config.data_length != 0) return "--data-length";
  if (!config.tcp_profile.empty()) return "--tcp-profile";
  if (config.tcp_kind != &probe::kTcpSyn) return "--tcp-scan";
  return std::nullopt;
}

Result<void> check_probes(const setup::Config& config) {
  const setup::Config usual;
  if (const auto option = tcp_option(config); option && !asks_tcp(config)) {
    return usage_error("{}: no TCP ports are scanned; add some with -p, or leave it out", *option);
  }
  if (config.data_length != 0 && !asks_tcp_only(config)) {
    return usage_error(
        "--data-length: only TCP probes have data of any length; name TCP ports only");
  }
  if (config.tcp_profile.empty()) return {};
  if (config.tcp_kind != &probe::kTcpSyn) {
    return usage_error("--tcp-profile: only SYNs have a profile; leave it out, or write -sS");
  }
  if (config.tcp == usual.tcp && config.tcp_window == usual.tcp_window && config.ttl == usual.ttl) {
    return {};
  }
  return usage_error(
      "--tcp-profile: it sets the TTL, the window and the TCP options; leave out --ttl, "
      "--tcp-window, --tcp-mss and the like");
}

// Silence tells nothing about the other kinds' ports.
Result<void> check_silence(const setup::Config& config) {
  const auto may_be_open = [&](const net::TransportPorts& run) {
    const probe::Kind* const kind =
        probe::find_kind({run.transport, run.ports.first}, *config.tcp_kind);
    return kind != nullptr && kind->silence_may_be_open;
  };
  if (!config.output.states.open_filtered || config.tcp_kind->silence_may_be_open) return {};
  if (std::ranges::any_of(config.ports.ranges(), may_be_open)) return {};
  return usage_error(
      "--show open|filtered: open ports answer these probes, so silence tells only that they are "
      "filtered; leave it out, or write -sU, -sF, -sN, -sX or -sM");
}

Result<void> check_transport(const setup::NetworkConfig& network) {
  if (!network.qdisc || network.backend != setup::Backend::kXdp) return {};
  return usage_error(
      "--qdisc: XDP bypasses the queueing discipline; leave out --transport xdp, or --qdisc");
}

// True if result lines, or a file named "-", go to standard output.
bool uses_standard_output(const output::OutputConfig& output) {
  const bool is_quiet = output.format != nullptr && output.format->name == format::kNoFormat;
  const bool is_elsewhere = is_quiet || output.has_databases();
  if (output.interactive || (output.file.empty() && !is_elsewhere) || output.file == "-") {
    return true;
  }
  return std::any_of(output.also.begin(), output.also.end(),
                     [](const output::OutputFile& other) { return other.file == "-"; });
}

// Results and packets cannot both go to standard output.
Result<void> check_capture(const setup::Config& config) {
  if (config.capture != "-" || !uses_standard_output(config.output)) return {};
  return usage_error(
      "--pcap: standard output is where the results go; write them to a file, with -oL FILE, or "
      "the packets");
}

// A program that reads JSON stumbles over lines for people.
Result<void> check_trace(const setup::Config& config) {
  if (!config.packet_trace || !config.output.status_ndjson) return {};
  return usage_error(
      "--packet-trace: standard error holds nothing but JSON with --ndjson-status; leave out one "
      "of "
      "them");
}

bool needs_file(const format::Format* format) {
  return format != nullptr && format->name != "interactive" && format->name != format::kNoFormat;
}

Result<void> check_servers(const output::OutputConfig& output) {
  if (!output.redis_password.empty() && !output.redis) {
    return usage_error("--redis-pwd: there is no Redis server to log in to; add --redis ADDRESS");
  }
  if (!output.spool.empty() && !output.has_databases()) {
    return usage_error(
        "--spool: there is no server to send results to; add --redis ADDRESS or --postgres "
        "URL");
  }
  return {};
}

Result<void> check_files(const output::OutputConfig& output) {
  if (output.file.empty() && needs_file(output.format)) {
    return usage_error(
        "--output-format: there is no file to write {} to; add --output-filename "
        "FILE, or '-' for standard output",
        output.format->name);
  }
  std::set<std::string_view> files = {output.file};
  for (const output::OutputFile& other : output.also) {
    if (files.insert(other.file).second) continue;
    return usage_error("output: two formats go to '{}'; give each a file of its own", other.file);
  }
  return {};
}

// The file behind a name.
struct NamedFile {
  std::string name;
  struct stat status {};
  std::string place;  // of a file that is not there yet

  bool is(const NamedFile& other) const {
    return status.st_dev == other.status.st_dev && status.st_ino == other.status.st_ino &&
           place == other.place;
  }
};

NamedFile make_future_file(const std::string& name) {
  std::error_code ignored;
  NamedFile file{.name = name};
  file.place =
      std::filesystem::weakly_canonical(std::filesystem::absolute(name, ignored), ignored).string();
  return file;
}

// Returns nothing if there is no such file, or if it has no contents to lose (terminals).
std::optional<NamedFile> find_file(const std::string& name, int standard) {
  NamedFile file{.name = name};
  const bool is_there =
      name == "-" ? ::fstat(standard, &file.status) == 0 : ::stat(name.c_str(), &file.status) == 0;
  const bool has_contents = S_ISREG(file.status.st_mode) || S_ISFIFO(file.status.st_mode);
  return is_there && has_contents ? std::optional(file) : std::nullopt;
}

// Returns the file that would be written; see find_file.
std::optional<NamedFile> find_output(const std::string& name) {
  const bool is_there = name == "-" || ::access(name.c_str(), F_OK) == 0;
  return is_there ? find_file(name, STDOUT_FILENO) : make_future_file(name);
}

std::vector<NamedFile> find_outputs(const setup::Config& config) {
  std::set<std::string> names;
  for (const output::OutputFile& output : output::output_files(config.output))
    names.insert(output.file);
  if (!config.capture.empty()) names.insert(config.capture);
  if (uses_standard_output(config.output)) names.insert("-");
  std::vector<NamedFile> files;
  for (const std::string& name : names) {
    if (auto file = find_output(name)) files.push_back(*std::move(file));
  }
  return files;
}

std::string_view describe(const NamedFile& file, std::string_view standard) {
  return file.name == "-" ? standard : std::string_view(file.name);
}

// A resumed scan may both read and write its checkpoint.
Result<void> check_checkpoint(const setup::Config& config, std::span<const NamedFile> outputs) {
  const bool is_chosen =
      !config.checkpoint.empty() && config.checkpoint != setup::Config().checkpoint;
  const auto file = is_chosen ? find_output(config.checkpoint) : std::nullopt;
  for (const NamedFile& output : outputs) {
    if (!file || !file->is(output)) continue;
    return usage_error("output: {} is the checkpoint, {}; write results to another file",
                       describe(output, "standard output"), config.checkpoint);
  }
  return {};
}

}  // namespace

Result<void> check_scan(const setup::Config& config) {
  TRY(check_planned(config));
  TRY(check_rate(config));
  TRY(check_targets(config));
  TRY(check_ports(config));
  TRY(check_banners(config));
  TRY(check_data_check(config));
  TRY(check_hellos(config));
  TRY(check_probes(config));
  TRY(check_silence(config));
  TRY(check_transport(config.network));
  TRY(check_trace(config));
  TRY(check_capture(config));
  return check_output(config);
}

Result<void> check_output(const setup::Config& config) {
  TRY(check_servers(config.output));
  return check_files(config.output);
}

Result<void> check_distinct_files(std::span<const std::string> inputs,
                                  const setup::Config& config) {
  std::vector<NamedFile> taken;
  for (const NamedFile& output : find_outputs(config)) {
    const std::string_view name = describe(output, "standard output");
    for (const std::string& input : inputs) {
      const auto file = find_file(input, STDIN_FILENO);
      if (!file || !file->is(output)) continue;
      return usage_error("output: {} is what is read as {}; write to another file", name,
                         describe(*file, "standard input"));
    }
    for (const NamedFile& other : taken) {
      if (!other.is(output)) continue;
      return usage_error("output: {} and {} are one file; give each format a file of its own",
                         describe(other, "standard output"), name);
    }
    taken.push_back(output);
  }
  return check_checkpoint(config, taken);
}

}  // namespace masscan::cli
