// Rows: configuration files, and what the program does instead of a scan.
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
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .phase = Phase::kConfigFile,
     .help = "Read options from a file of 'key = value' lines; the command line wins over it. "
             "/etc/masscan/masscan.conf is always read first if it exists."},
    {.name = "echo",
     .help = "Print the configuration as such a file instead of scanning.",
     .apply = request<Action::kEcho>},
    {.name = "echo-all",
     .help = "The same, with a comment above every key that says where its value came from.",
     .apply = request<Action::kEchoAll>},
    {.name = "echo-cidr",
     .help = "Print the targets as prefixes, without the excludes.",
     .apply = request<Action::kEchoCidr>},
    {.name = "readrange",
     .aliases = "readranges",
     .help = "Print the targets as ranges, without the excludes.",
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
     .help = "Check everything a scan would use, without scanning; exit code 1 says that there is "
             "a problem.",
     .apply = request<Action::kDoctor>},
    {.name = "benchmark", .apply = refuse_unsupported},
    {.name = "debug",
     .arity = Arity::kRequired,
     .value_name = "if",
     .reason = "an interface is examined by --doctor; write that",
     .apply = refuse},
    {.name = "selftest",
     .aliases = "regress",
     .reason = "the tests are programs of their own; run script/test where this is built",
     .apply = refuse},
    {.name = "banner1",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .reason = "was a test for masscan's developers; leave it out",
     .apply = refuse},
    {.name = "test",
     .aliases = "notest",
     .arity = Arity::kRequired,
     .value_name = "csv",
     .reason = "was a test for masscan's developers; leave it out",
     .apply = refuse},
    {.name = "nobacktrace",
     .aliases = "backtrace",
     .reason = "changes nothing; the kernel reports crashes",
     .apply = accept_with_note},
    {.name = "SPACE", .arity = Arity::kRequired, .value_name = "TEXT", .apply = accept_silently},
    {.name = "help",
     .shorts = "-h -?",
     .nmap = "-h --help",
     .phase = Phase::kInformation,
     .help = "Print this text.",
     .apply = request<Action::kHelp>},
    {.name = "nmap",
     .phase = Phase::kInformation,
     .help = "Print which of nmap's options are understood, which are refused, and why.",
     .apply = request<Action::kNmap>},
    {.name = "manual",
     .phase = Phase::kInformation,
     .help = "Print the manual page; 'masscan --manual | man -l -' shows it.",
     .apply = request<Action::kManual>},
    {.name = "completion",
     .arity = Arity::kRequired,
     .value_name = "bash|zsh|fish",
     .phase = Phase::kInformation,
     .help = "Print what a shell needs to complete these options.",
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
