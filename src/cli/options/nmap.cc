// Rows: nmap's options that are not masscan's own. They are always on, change nothing, or are
// refused with what to write instead.
#include <array>
#include <iterator>

#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

<<<<<<< HEAD
constexpr Option kOptions[] = {
    {.shorts = "-Pn", .help = "No ping before the scan.", .apply = accept_silently},
    {.shorts = "-n",
     .arity = Arity::kOptional,  // glued text means nothing either: "-nX"
     .help = "No names are looked up.",
     .apply = accept_silently},
    {.shorts = "-6", .apply = accept_silently},
    {.name = "randomize-hosts", .help = "Random order.", .apply = accept_silently},
    {.name = "send-eth", .help = "Whole frames are sent.", .apply = accept_silently},
    {.shorts = "-sT",
     .reason = "means nothing here; connections that the kernel makes are too slow, a SYN scan "
               "finds the same ports",
     .apply = accept_with_note},
    {.shorts = "-sY",
     .reason = "means nothing here; write -sZ for SCTP",
     .apply = accept_with_note},
    {.name = "badsum",
     .reason = "changes nothing; checksums are always right",
     .apply = accept_with_note},
    {.name = "reason",
     .reason = "changes nothing; reasons are in the formats that have room for them",
     .apply = accept_with_note},
    {.name = "data-length",
     .aliases = "min-rate",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "changes nothing; probes have the length and --rate they have",
     .apply = accept_with_note},
    {.name = "datadir",
     .arity = Arity::kRequired,
     .value_name = "DIRECTORY",
     .may_be_empty = true,
     .reason = "changes nothing; there are no data files",
     .apply = accept_with_note},
    {.name = "release-memory",
     .reason = "changes nothing; memory goes back with the process",
     .apply = accept_with_note},
    {.shorts = "-A",
     .reason = "there is no scan of everything; find the open ports here and give them to nmap -A",
     .apply = refuse},
    {.shorts = "-b",
     .arity = Arity::kRequired,
     .value_name = "HOST",
     .reason = "no scan goes through an FTP server; leave it out",
     .apply = refuse},
    {.shorts = "-f",
     .reason = "probes are too short to be cut into fragments; leave it out",
     .apply = refuse},
    {.name = "mtu",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "probes are too short to be cut into fragments; leave it out",
     .apply = refuse},
    {.shorts = "-F", .reason = "there is no fast mode; write --top-ports 100", .apply = refuse},
    {.shorts = "-O",
     .reason = "operating systems are not told apart; give the open ports to nmap -O",
     .apply = refuse},
    {.name = "osscan-limit",
     .aliases = "osscan-guess",
     .reason = "operating systems are not told apart; give the open ports to nmap -O",
     .apply = refuse},
    {.shorts = "-oN -oS",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .reason = "this format is nmap's alone; write -oX, -oG, -oJ, -oD, -oL or -oA",
     .apply = refuse},
    {.shorts = "-P -PS -PA -PU -PY -PE -PP -PM -PO -PR -P0 -PN",
     .arity = Arity::kOptional,
     .reason = "hosts are never asked before their ports; leave it out",
     .apply = refuse},
    {.shorts = "-r",
     .reason = "the order is always random, which spares the networks; write --seed to repeat one",
     .apply = refuse},
    {.shorts = "-R",
     .reason = "names of addresses are not looked up; do it with the results",
     .apply = refuse},
    {.name = "system-dns",
     .reason = "names of addresses are not looked up; do it with the results",
     .apply = refuse},
    {.name = "dns-servers",
     .arity = Arity::kRequired,
     .value_name = "SERVERS",
     .reason = "names are looked up by the system's servers only; leave it out",
     .apply = refuse},
    {.shorts = "-sA -sF -sM -sN -sW -sX",
     .reason = "probes are SYN only; write -sS, or leave it out",
     .apply = refuse},
    {.shorts = "-sI",
     .arity = Arity::kRequired,
     .value_name = "HOST",
     .reason = "no scan goes through an idle host; leave it out",
     .apply = refuse},
    {.shorts = "-sn -sP",
     .reason = "write --ping, which asks each address, alone or beside ports",
     .apply = refuse},
    {.shorts = "-sC",
     .reason = "there are no scripts of nmap's; give the open ports to nmap -sC",
     .apply = refuse},
    {.shorts = "-sV",
     .reason = "versions are not told apart; give the open ports to nmap -sV",
     .apply = refuse},
    {.name = "version-intensity",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "versions are not told apart; give the open ports to nmap -sV",
     .apply = refuse},
    {.name = "version-light",
     .aliases = "version-all version-trace",
     .reason = "versions are not told apart; give the open ports to nmap -sV",
     .apply = refuse},
    {.shorts = "-T",
     .arity = Arity::kRequired,
     .value_name = "LEVEL",
     .reason = "there are no levels of pace; write --rate with packets per second",
     .apply = refuse},
    {.shorts = "-iR",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "targets are never guessed; write 0.0.0.0/0 with --excludefile and --resume-count N",
     .apply = refuse},
    {.name = "host-timeout",
     .aliases = "min-rtt-timeout max-rtt-timeout initial-rtt-timeout",
     .arity = Arity::kRequired,
     .value_name = "TIME",
     .reason = "no probe waits for an answer; write --wait for the time after the last one",
     .apply = refuse},
    {.name = "scan-delay",
     .aliases = "max-scan-delay",
     .arity = Arity::kRequired,
     .value_name = "TIME",
     .reason = "hosts have no pace of their own; write --rate for all of them",
     .apply = refuse},
    {.name = "min-hostgroup",
     .aliases = "max-hostgroup min-parallelism max-parallelism",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "all hosts are asked at once, in random order; write --rate to go slower",
     .apply = refuse},
    {.name = "ip-options",
     .arity = Arity::kRequired,
     .value_name = "OPTIONS",
     .reason = "headers have no IP options, which routers drop; leave it out",
     .apply = refuse},
    {.name = "scanflags",
     .arity = Arity::kRequired,
     .value_name = "FLAGS",
     .reason = "probes are SYN only; leave it out",
     .apply = refuse},
    {.name = "log-errors",
     .reason = "errors are on standard error already; leave it out",
     .apply = refuse},
    {.name = "privileged",
     .aliases = "unprivileged",
     .reason = "privileges are found out, not believed; see masscan --doctor, and leave it out",
     .apply = refuse},
    {.name = "port-ratio",
     .arity = Arity::kRequired,
     .value_name = "RATIO",
     .reason = "ports have no frequencies here; write them with -p",
     .apply = refuse},
    {.name = "traceroute",
     .reason = "ways are not traced; give the hosts to nmap --traceroute",
     .apply = refuse},
    {.name = "send-ip",
     .reason = "whole frames are sent, past the kernel's own tables; leave it out",
     .apply = refuse},
=======
using enum Arity;

struct NmapOption {
  std::string_view names;  // as in named()
  Arity arity;
  std::string_view text;
>>>>>>> 99380a0 (cli: option rows set a field by its member pointer, help prints its default)
};

// `text` is the help; without one the option is not listed.
constexpr NmapOption kAlwaysOn[] = {
    {"-Pn", kFlag, "Hosts are not pinged before the scan."},
    {"-n", kOptional, "There is no reverse DNS."},
    {"-6", kFlag, ""},
    {"randomize-hosts", kFlag, "The order is random."},
    {"send-eth", kFlag, "Whole Ethernet frames are sent."},
};

// `text` is the reason.
constexpr NmapOption kWithoutEffect[] = {
    {"-sT", kFlag,
     "changes nothing; a SYN scan finds the same ports, and connections of the kernel are too "
     "slow"},
    {"-sY", kFlag, "changes nothing; write -sZ for SCTP"},
    {"badsum", kFlag, "changes nothing; checksums are always correct"},
    {"reason", kFlag, "changes nothing; every format that has a place for reasons shows them"},
    {"data-length min-rate", kRequired,
     "changes nothing; probes have a fixed length, and --rate sets the rate"},
    {"datadir", kRequired, "changes nothing; there are no data files"},
    {"release-memory", kFlag, "changes nothing; the system frees the memory when the program ends"},
};

constexpr NmapOption kRefused[] = {
    {"-A", kFlag, "there is no combined scan; find the open ports here, then run nmap -A on them"},
    {"-b", kRequired, "FTP bounce scans are not supported; leave it out"},
    {"-f", kFlag, "probes are too short for fragments; leave it out"},
    {"mtu", kRequired, "probes are too short for fragments; leave it out"},
    {"-F", kFlag, "there is no fast mode; write --top-ports 100"},
    {"-O osscan-limit osscan-guess", kFlag,
     "there is no OS detection; run nmap -O on the open ports"},
    {"-oN -oS", kRequired, "only nmap writes this format; write -oX, -oG, -oJ, -oD, -oL or -oA"},
    {"-P -PS -PA -PU -PY -PE -PP -PM -PO -PR -P0 -PN", kOptional,
     "there is no host discovery before the scan; leave it out"},
    {"-r", kFlag,
     "the order is always random, to spread the load over networks; write --seed to repeat an "
     "order"},
    {"-R system-dns", kFlag,
     "there is no reverse DNS; look up the names of the results afterwards"},
    {"dns-servers", kRequired,
     "names are looked up by the system's DNS servers only; leave it out"},
    {"-sA -sF -sM -sN -sW -sX", kFlag, "all probes are SYNs; write -sS, or leave it out"},
    {"-sI", kRequired, "idle scans are not supported; leave it out"},
    {"-sn -sP", kFlag,
     "there is no host discovery without ports; scan a common port, such as -p80"},
    {"-sC", kFlag, "there are no nmap scripts; run nmap -sC on the open ports"},
    {"-sV version-light version-all version-trace", kFlag,
     "there is no version detection; run nmap -sV on the open ports"},
    {"version-intensity", kRequired,
     "there is no version detection; run nmap -sV on the open ports"},
    {"-T", kRequired, "there are no timing templates; write --rate with packets per second"},
    {"-iR", kRequired,
     "there are no random targets; write 0.0.0.0/0 with --excludefile and --resume-count N"},
    {"host-timeout min-rtt-timeout max-rtt-timeout initial-rtt-timeout", kRequired,
     "no probe waits for an answer; write --wait for the time after the last probe"},
    {"scan-delay max-scan-delay", kRequired,
     "there is no delay per host; write --rate for all hosts together"},
    {"min-hostgroup max-hostgroup min-parallelism max-parallelism", kRequired,
     "all hosts are scanned at the same time in random order; write --rate to slow down"},
    {"ip-options", kRequired,
     "probes carry no IP options, because routers drop them; leave it out"},
    {"scanflags", kRequired, "all probes are SYNs; leave it out"},
    {"log-errors", kFlag, "errors are always on standard error; leave it out"},
    {"privileged unprivileged", kFlag,
     "privileges are tested, not declared; leave it out, and run masscan --doctor"},
    {"port-ratio", kRequired,
     "there are no port frequencies; write the ports with -p, or --top-ports N"},
    {"traceroute", kFlag, "there is no traceroute; run nmap --traceroute on the hosts"},
    {"send-ip", kFlag, "whole Ethernet frames are sent, not IP packets; leave it out"},
};

constexpr Option make_row(const NmapOption& row, Apply apply) {
  Option option = named(row.names);
  option.arity = row.arity;
  option.value_name = row.arity == kRequired ? "VALUE" : "";
  option.may_be_empty = apply == accept_with_note;
  (apply == accept_silently ? option.help : option.reason) = row.text;
  option.apply = apply;
  return option;
}

constexpr auto kOptions = [] {
  std::array<Option, std::size(kAlwaysOn) + std::size(kWithoutEffect) + std::size(kRefused)> rows{};
  auto next = rows.begin();
  for (const NmapOption& row : kAlwaysOn) *next++ = make_row(row, accept_silently);
  for (const NmapOption& row : kWithoutEffect) *next++ = make_row(row, accept_with_note);
  for (const NmapOption& row : kRefused) *next++ = make_row(row, refuse);
  return rows;
}();

}  // namespace

std::span<const Option> nmap_options() { return kOptions; }

}  // namespace masscan::cli
