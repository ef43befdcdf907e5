// Rows: configuration files, and actions other than a scan.
#include "cli/help/completion.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

template <Action action>
Result<void> request(Settings& settings, const OptionUse& use) {
  if (TRY(parse_flag(use))) settings.action = action;
  return {};
}

Result<void> request_completion(Settings& settings, const OptionUse& use) {
  settings.completion = find_completion(*use.value);
  if (settings.completion == nullptr) {
    return usage_error("{}: '{}' is not a shell we know; write {}", use.place, *use.value,
                       use.option->value_name);
  }
  settings.action = Action::kCompletion;
  return {};
}

constexpr Option kProgramOptions[] = {
    {.name = "conf",
     .aliases = "config",
     .shorts = "-c",
     .value_name = "FILE",
     .phase = Phase::kConfigFile,
     .help = "Read options from a file of 'key = value' lines. The command line overrides the "
             "file. /etc/masscan/masscan.conf is always read first if it exists."},
    {.name = "echo",
     .help = "Print the configuration as such a file instead of scanning.",
     .apply = request<Action::kEcho>},
    {.name = "echo-all",
     .help = "Like --echo, with a comment above each key that says where its value came from.",
     .apply = request<Action::kEchoAll>},
    {.name = "echo-cidr",
     .help = "Print the targets without the excludes, as prefixes.",
     .apply = request<Action::kEchoCidr>},
    {.name = "readrange",
     .aliases = "readranges",
     .help = "Print the targets without the excludes, as ranges.",
     .apply = request<Action::kReadRange>},
    {.shorts = "-sL",
     .nmap = "-sL",
     .help = "List the targets in the order of the scan, instead of scanning.",
     .apply = request<Action::kListTargets>},
    {.name = "iflist",
     .shorts = "-W",
     .nmap = "--iflist",
     .help = "List the network interfaces.",
     .apply = request<Action::kIflist>},
    {.name = "doctor",
     .help = "Check everything that a scan would use, without scanning. The exit code is 1 if "
             "there is a problem.",
     .apply = request<Action::kDoctor>},
    {.name = "benchmark", .is_unsupported = true, .apply = refuse_unsupported},
    refused("debug", "if", "an interface is examined by --doctor; write that"),
    refused("selftest regress", "",
            "the tests are programs of their own; run script/test where this is built"),
    refused("banner1", "FILE", "was a test for masscan's developers; leave it out"),
    refused("test notest", "csv", "was a test for masscan's developers; leave it out"),
    without_effect("nobacktrace backtrace", "", "changes nothing; the kernel reports crashes"),
    {.name = "SPACE", .value_name = "TEXT", .apply = accept_silently},
    {.name = "help",
     .shorts = "-h -?",
     .nmap = "-h --help",
     .phase = Phase::kInformation,
     .help = "Print this text.",
     .apply = request<Action::kHelp>},
    {.name = "nmap",
     .phase = Phase::kInformation,
     .help = "Print which nmap options are supported, accepted or refused, and why.",
     .apply = request<Action::kNmap>},
    {.name = "manual",
     .phase = Phase::kInformation,
     .help = "Print the manual page; 'masscan --manual | man -l -' shows it.",
     .apply = request<Action::kManual>},
    {.name = "completion",
     .value_name = "bash|zsh|fish",
     .phase = Phase::kInformation,
     .help = "Print the completion script for a shell.",
     .apply = request_completion},
    {.name = "version",
     .shorts = "-V",
     .nmap = "-V --version",
     .phase = Phase::kInformation,
     .help = "Print the version.",
     .apply = request<Action::kVersion>},
};

}  // namespace

std::span<const Option> program_options() { return kProgramOptions; }

}  // namespace masscan::cli
