// Rows: configuration files, what the program does instead of a scan, and nmap's habits.
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/value.h"

namespace masscan::cli {
namespace {

template <Action action>
Result<void> request(Settings& settings, const Given& given) {
  if (TRY(parse_flag(given))) settings.action = action;
  return {};
}

constexpr Option kProgramOptions[] = {
    {.name = "conf",
     .aliases = "config",
     .shorts = "-c",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .stage = Stage::kConfigFile,
     .help = "Read options from a file of 'key = value' lines; the command line wins over it. "
             "/etc/masscan/masscan.conf is always read first if it exists."},
    {.name = "echo",
     .help = "Print the configuration as such a file instead of scanning.",
     .apply = request<Action::kEcho>},
    {.name = "iflist",
     .shorts = "-W",
     .help = "List the network interfaces.",
     .apply = request<Action::kIflist>},
    {.name = "doctor",
     .help = "Check everything a scan would use, without scanning.",
     .apply = request<Action::kDoctor>},
    {.name = "readscan",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .apply = refuse_planned},
    {.name = "nmap", .apply = refuse_planned},
    {.name = "help",
     .shorts = "-h -?",
     .stage = Stage::kInformation,
     .help = "Print this text.",
     .apply = request<Action::kHelp>},
    {.name = "version",
     .shorts = "-V",
     .stage = Stage::kInformation,
     .help = "Print the version.",
     .apply = request<Action::kVersion>},
};

constexpr Option kNmapOptions[] = {
    {.shorts = "-sS", .help = "SYN scan.", .apply = accept_silently},
    {.shorts = "-Pn", .help = "No ping before the scan.", .apply = accept_silently},
    {.shorts = "-n", .help = "No names are looked up.", .apply = accept_silently},
    {.name = "randomize-hosts", .help = "Random order.", .apply = accept_silently},
    {.name = "send-eth", .help = "Whole frames are sent.", .apply = accept_silently},
    {.shorts = "-sU -sZ -sO -sL -sT", .apply = refuse_planned},
};

}  // namespace

std::span<const Option> program_options() { return kProgramOptions; }
std::span<const Option> nmap_options() { return kNmapOptions; }

}  // namespace masscan::cli
