// Rows: nmap's options that are not masscan's own. They are always on, change nothing, or are
// refused with what to write instead.
#include <array>
#include <iterator>

#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

using enum Arity;

struct NmapOption {
  std::string_view names;  // as in named()
  Arity arity;
  std::string_view text;
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
    {"reason", kFlag, "changes nothing; every format that has a place for reasons shows them"},
    {"min-rate", kRequired, "changes nothing; --rate sets the rate"},
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
    {"-P -PS -PA -PU -PY -PO -P0 -PN", kOptional,
     "there is no host discovery before the scan; leave it out"},
    {"-r", kFlag,
     "the order is always random, to spread the load over networks; write --seed to repeat an "
     "order"},
    {"-R system-dns", kFlag,
     "there is no reverse DNS; look up the names of the results afterwards"},
    {"dns-servers", kRequired,
     "names are looked up by the system's DNS servers only; leave it out"},
    {"-sI", kRequired, "idle scans are not supported; leave it out"},
    {"-sn -sP", kFlag, "write --ping, which asks each address, alone or beside ports"},
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
