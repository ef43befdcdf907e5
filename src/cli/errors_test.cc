// Every wrong input gets one sentence with the place and the fix. This table is the contract.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

// What a user would be told before any packet; empty if there is nothing wrong.
Error first_error(const std::vector<std::string>& arguments) {
  Result<Settings> settings = read(arguments);
  if (!settings) return std::move(settings).error();
  if (settings->action != Action::kScan) return {};
  Result<void> checked = check_scan(settings->config);
  return checked ? Error{} : std::move(checked).error();
}

struct WrongLine {
  std::string_view arguments;
  std::string_view message;
};

constexpr WrongLine kWrongLines[] = {
    {"10.0.0.1", "no ports were specified: add them with -p, such as -p80 or -p0-65535"},
    {"-p80",
     "no targets: name addresses, ranges or prefixes, such as 10.0.0.0/8, or a file with -iL"},
    {"-p80 10.0.0.1 --exclude 10.0.0.0/8",
     "no targets are left after the excludes: name addresses, ranges or prefixes, such as "
     "10.0.0.0/8, or a file with -iL"},
    {"-p80 --exclude-ports 80 10.0.0.1",
     "no ports were specified: add them with -p, such as -p80 or -p0-65535"},
    {"0.0.0.0/0 -p80",
     "range too big, need confirmation: 4294967296 addresses and nothing excluded; add "
     "--excludefile FILE, or --exclude 255.255.255.255 if you mean it"},
    {"2001:db8::/64 -p80",
     "range too big, need confirmation: 18446744073709551616 addresses and nothing excluded; add "
     "--excludefile FILE, or --exclude 255.255.255.255 if you mean it"},
    {"--rtae 100", "--rtae: no such option; did you mean --rate?"},
    {"--exclude-fil x", "--exclude-fil: no such option; did you mean --excludefile?"},
    {"--zzzzzzzzzz", "--zzzzzzzzzz: no such option; 'masscan --help' lists all options"},
    {"--", "--: no such option; 'masscan --help' lists all options"},
    {"--=5", "--: no such option; 'masscan --help' lists all options"},
    {"-Z", "-Z: no such option; 'masscan --help' lists all options"},
    {"-rate 100", "-rate: no such option; did you mean --rate?"},
    {"-sX -sF -p80 10.0.0.1",
     "-sF: -sX chose another TCP scan, and a scan has one; leave out one of them"},
    {"-sS --tcp-scan ack -p80 10.0.0.1",
     "--tcp-scan: -sS chose another TCP scan, and a scan has one; leave out one of them"},
    {"--tcp-scan rst",
     "--tcp-scan: 'rst' is no TCP scan; write syn, ack, window, fin, null, xmas or maimon"},
    {"-sA --ping 10.0.0.1",
     "--tcp-scan: no TCP ports are scanned; add some with -p, or leave it out"},
    {"--scanflags SYN --ping 10.0.0.1",
     "--scanflags: no TCP ports are scanned; add some with -p, or leave it out"},
    {"--data-length 9 -p80 --ping 10.0.0.1",
     "--data-length: only TCP probes have data of any length; name TCP ports only"},
    {"--data-length 1401", "--data-length: '1401' is not a whole number from 0 to 1400"},
    {"--tcp-profile beos",
     "--tcp-profile: 'beos' is no profile; write linux, windows, macos or minimal"},
    {"--tcp-profile linux -sF -p80 10.0.0.1",
     "--tcp-profile: only SYNs have a profile; leave it out, or write -sS"},
    {"--tcp-profile linux --tcp-mss 1000 -p80 10.0.0.1",
     "--tcp-profile: it sets the TTL, the window and the TCP options; leave out --ttl, "
     "--tcp-window, --tcp-mss and the like"},
    {"--show silent -p80 10.0.0.1",
     "--show open|filtered: open ports answer these probes, so silence tells only that they are "
     "filtered; leave it out, or write -sU, -sF, -sN, -sX or -sM"},
    {"--rate", "--rate: the value is missing; write --rate PPS"},
    {"--rate=", "--rate: the value is missing; write --rate PPS"},
    {"--rate --echo",
     "--rate: the value is missing, '--echo' is the next option; write --rate PPS"},
    {"--rate -p80",
     "--rate: '-p80' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"-p", "-p: the value is missing; write -p PORTS"},
    {"-p --echo", "-p: the value is missing, '--echo' is the next option; write -p PORTS"},
    {"-oL", "-oL: the value is missing; write -oL FILE"},
    {"-c", "-c: the value is missing; write -c FILE"},
    {"--excludefile", "--excludefile: the value is missing; write --excludefile FILE"},
    {"-S -e", "-S: the value is missing, '-e' is the next option; write -S ADDRESS"},
    {"--max-rate-per-prefix 0",
     "--max-rate-per-prefix: '0' is not a rate; write packets per second from 0.01, such as 10, or "
     "'unlimited'"},
    {"--rate 0",
     "rate: at 0 packets per second a scan never ends; write a rate from 0.01, such as 10000"},
    {"--rate 0.001",
     "--rate: '0.001' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"--rate 10k",
     "--rate: '10k' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"--rate -5",
     "--rate: '-5' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"--rate 1e6",
     "--rate: '1e6' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"--rate ''", "--rate: the value is missing; write --rate PPS"},
    {"--seed abc", "--seed: 'abc' is not a whole number from 0 to 18446744073709551615"},
    {"--seed -1", "--seed: '-1' is not a whole number from 0 to 18446744073709551615"},
    {"--seed 18446744073709551616",
     "--seed: '18446744073709551616' is not a whole number from 0 to 18446744073709551615"},
    {"--shard 0/3", "--shard: there is no shard '0/3'; X in X/Y goes from 1 to Y"},
    {"--shard 4/3", "--shard: there is no shard '4/3'; X in X/Y goes from 1 to Y"},
    {"--shard 3", "--shard: '3' is not a shard; write X/Y, such as 1/3, for part X of Y"},
    {"--shard 1/3",
     "--shard: parts 1/3 fit together only if all have one order; add --seed N, the same for "
     "each"},
    {"--retries 1000", "--retries: '1000' is not a whole number from 0 to 999"},
    {"--canaries 9", "--canaries: '9' is not a whole number from 0 to 8"},
    {"--canaries all", "--canaries: 'all' is not a whole number from 0 to 8"},
    {"--retries x", "--retries: 'x' is not a whole number from 0 to 999"},
    {"--wait soon", "--wait: 'soon' is not a number of seconds, such as 10 or 0.5"},
    {"--wait -1", "--wait: '-1' is not a number of seconds, such as 10 or 0.5"},
    {"--retry-delay 1s", "--retry-delay: '1s' is not a number of seconds, such as 10 or 0.5"},
    {"--workers 257", "--workers: '257' is not a whole number from 0 to 256"},
    {"--cookie-key 123", "--cookie-key: '123' is not a key; write 32 hexadecimal digits"},
    {"--offline=maybe", "--offline: 'maybe' is not true or false"},
    {"--offline=", "--offline: the value is missing; write --offline=true"},
    {"--banner-order http --hello none -p80 10.0.0.1",
     "--hello and --banner-order both say what is asked at all ports; leave one out, or name the "
     "ports of the order"},
    {"--banner-order U:53:http",
     "--banner-order: U:53:http names ports that are not TCP's; hellos "
     "are said over TCP only"},
    {"--banner-order 80:http,http,http,http,http,http,http,http,http",
     "--banner-order: 9 hellos are listed for a port, which has at most 8"},
    {"--data-check --no-suspect -p80 10.0.0.1",
     "--data-check and --no-suspect exclude each other: the check marks suspects; leave one out"},
    {"--banners -sA -p80 10.0.0.1",
     "--banners: services can be heard only where a SYN opens a connection; leave it out, or scan "
     "with -sS"},
    {"-pU:53 10.0.0.1 --udp-payload 53",
     "--udp-payload: '53' has no ':' behind the ports; write e.g. 53:0a0b or 53:@FILE"},
    {"--banners false", "argument 2: 'false' is not a target; write --banners=false"},
    {"--heartbleed", "--heartbleed: not supported yet; leave it out"},
    {"--nocapture everything",
     "--nocapture: there is no 'everything'; use one of cert, servername, html, heartbleed, "
     "ticketbleed"},
    {"--ttl 256", "--ttl: '256' is not a whole number from 0 to 255"},
    {"--tcp-mss 65536", "--tcp-mss: '65536' is not a whole number from 0 to 65535"},
    {"--tcp-wscale 300", "--tcp-wscale: '300' is not a whole number from 0 to 254"},
    {"--tcp-sackok=perhaps", "--tcp-sackok: 'perhaps' is not true or false"},
    {"--adapter ''", "--adapter: the value is missing; write --adapter NAME"},
    {"--adapter[1] eth1", "--adapter[1]: not supported yet; leave it out"},
    {"--adapter[x] eth1", "--adapter[x]: the index is a number from 0 to 7; write adapter[0]"},
    {"--adapter[0 eth1", "--adapter[0: the ']' is missing; write it at the end of the name"},
    {"--adapter[70000] eth1",
     "--adapter[70000]: the index is a number from 0 to 7; write adapter[0]"},
    {"--rate[0] 5", "--rate[0]: this option takes no index; leave out [0]"},
    {"--source-ip 10.0.0.0/33",
     "--source-ip, character 9: '/33' is not a prefix; after '/' write a number from 0 to 32"},
    {"--source-ip 10.0.0.1,10.0.0.9",
     "--source-ip: '10.0.0.1,10.0.0.9' is more than one range; write one address or a-b, once "
     "for IPv4 and once for IPv6"},
    {"--source-ip eth0",
     "--source-ip, character 1: 'eth0' is not an IP address; a host name cannot stand here; give "
     "an address (a comment starts with '#')"},
    {"--source-port 0", "--source-port: '0' is not a port or range; write 61000 or 40000-40015"},
    {"--source-port 70000",
     "--source-port: '70000' is not a port or range; write 61000 or 40000-40015"},
    {"--source-port 200-100",
     "--source-port: '200-100' is not a port or range; write 61000 or 40000-40015"},
    {"--source-port 53,54",
     "--source-port: '53,54' is not a port or range; write 61000 or 40000-40015"},
    {"--source-mac 00:11:22",
     "--source-mac: '00:11:22' is not a MAC address, such as 00:11:22:33:44:55"},
    {"--router-mac gateway",
     "--router-mac: 'gateway' is not a MAC address, such as 00:11:22:33:44:55"},
    {"--router-ip 10.0.0", "--router-ip: '10.0.0' is not an address; write one such as 192.0.2.1"},
    {"--sim-open 2", "--sim-open: '2' is not a number from 0 to 1"},
    {"--sim-key x", "--sim-key: 'x' is not a whole number from 0 to 18446744073709551615"},
    {"--output-format bogus",
     "--output-format: unknown format 'bogus'; use interactive, list, xml, grepable, json, ndjson, "
     "binary, ndjson-base64, csv, nmap-xml, unicornscan, hostonly, ipport, certs, html, none"},
    {"--output-format xml -p80 10.0.0.1",
     "--output-format: there is no file to write xml to; add --output-filename FILE, or '-' for "
     "standard output"},
    {"--output-format list -p80 10.0.0.1",
     "--output-format: there is no file to write list to; add --output-filename FILE, or '-' for "
     "standard output"},
    {"--show nothing",
     "--show: unknown state 'nothing'; use open, closed, filtered, unfiltered, open|filtered or "
     "all"},
    {"--noshow ''", "--noshow: the value is missing; write --noshow STATES"},
    {"--verbose=10", "--verbose: '10' is not a whole number from 0 to 9"},
    {"-p80 10.0.0.0/",
     "argument 2, character 9: '/' is not a prefix; after '/' write a number from 0 to 32"},
    {"-p80 10.0.0.5-10.0.0.1",
     "argument 2, character 10: the range 10.0.0.5-10.0.0.1 ends before it starts; write "
     "10.0.0.1-10.0.0.5"},
    {"-p80 10.0.0.0/33",
     "argument 2, character 9: '/33' is not a prefix; after '/' write a number from 0 to 32"},
    {"-p80 1:2:3:4:5:6:7:8:9",
     "argument 2, character 1: '1:2:3:4:5:6:7:8:9' is not an IP address; write 10.0.0.1, "
     "10.0.0.0/8, 10.0.0.1-10.0.0.5, fd09::2 or a host name"},
    {"-p80 10.0.0.1:80-90",
     "argument 2, character 1: '10.0.0.1:80-90' is not an IP address; a pair stands alone and has "
     "one port from 0 to 65535: 10.0.0.1:80 or [fd09::2]:80"},
    {"-p80 10.0.0.256",
     "argument 2, character 1: '10.0.0.256' is not an IP address; write 10.0.0.1, 10.0.0.0/8, "
     "10.0.0.1-10.0.0.5, fd09::2 or a host name"},
    {"-p80 example_com",
     "argument 2, character 1: 'example_com' is not an IP address; a host name has letters, digits "
     "and inner '-' between its dots and does not end in a number (a comment starts with '#')"},
    {"-p80 10.0.0.0/24 --exclude 10.0.0.1:80",
     "--exclude, character 1: '10.0.0.1:80' names a port; only whole addresses can stand here"},
    {"-p80 fe80::1%eth1",
     "argument 2, character 1: '%eth1' is not the interface of this scan; add -e and its name"},
    {"-p80 -e eth0 10.0.0.1 --exclude fe80::1%eth1",
     "--exclude, character 1: '%eth1' is not the interface of this scan; add -e and its name"},
    {"example.com:80 10.0.0.1",
     "no ports were specified: add them with -p, such as -p80 or "
     "-p0-65535"},
    {"example.com", "no ports were specified: add them with -p, such as -p80 or -p0-65535"},
    {"-p80 ''", "argument 2: is empty; leave it out"},
    {"-p80 rate=5", "argument 2: 'rate=5' is not a target; did you mean --rate=5?"},
    {"-p http-nonsense",
     "-p: 'http-nonsense' is neither a port number nor a known tcp service; separate ports by "
     "',' only"},
    {"-p '80 443'",
     "-p: '80 443' is neither a port number nor a known tcp service; separate ports by ',' only"},
    {"-p 80;443",
     "-p: '80;443' is neither a port number nor a known tcp service; separate ports by ',' only"},
    {"-p 90-80", "-p: '90-80' ends before it starts"},
    {"-p 65536", "-p: '65536' goes beyond 65535, the highest number there is"},
    {"-p X:80",
     "-p: 'X:80' has an unknown prefix; there are T: (TCP), U: (UDP), S: (SCTP), I: (ICMP) and "
     "O: (IP protocol)"},
    {"-p=80",
     "-p: '=80' is neither a port number nor a known tcp service; separate ports by ',' only"},
    {"--exclude 10.0.0.300",
     "--exclude, character 1: '10.0.0.300' is not an IP address; write 10.0.0.1, 10.0.0.0/8, "
     "10.0.0.1-10.0.0.5, fd09::2 or a host name"},
    {"--exclude-ports 70000",
     "--exclude-ports: '70000' goes beyond 65535, the highest number there is; if it is masscan's "
     "number for a UDP port, write U:4464"},
    {"-iL /nonexistent/targets.txt",
     "-iL: /nonexistent/targets.txt: cannot open this file of addresses: No such file or "
     "directory"},
    {"--excludefile /nonexistent/exclude.txt",
     "--excludefile: /nonexistent/exclude.txt: cannot open this file of addresses: No such file "
     "or directory"},
    {"--excludefile /", "--excludefile: /: cannot read: Is a directory"},
    {"-c /nonexistent/scan.conf",
     "-c: /nonexistent/scan.conf: cannot open: No such file or directory"},
    {"-c /", "-c: /: cannot read: Is a directory"},
    {"-iL - --excludefile -", "--excludefile: standard input is already read by -iL; name a file"},
    {"-sSU", "-sSU: no such option; 'masscan --help' lists all options"},
    {"-sI zombie", "-sI: idle scans are not supported; leave it out"},
    {"-sV", "-sV: there is no version detection; run nmap -sV on the open ports"},
    {"-sn", "-sn: write --ping, which asks each address, alone or beside ports"},
    {"-A", "-A: there is no combined scan; find the open ports here, then run nmap -A on them"},
    {"-b ftp.example", "-b: FTP bounce scans are not supported; leave it out"},
    {"-f", "-f: probes are too short for fragments; leave it out"},
    {"--mtu 24", "--mtu: probes are too short for fragments; leave it out"},
    {"-F", "-F: there is no fast mode; write --top-ports 100"},
    {"-O", "-O: there is no OS detection; run nmap -O on the open ports"},
    {"--osscan-guess", "--osscan-guess: there is no OS detection; run nmap -O on the open ports"},
    {"-oN scan.nmap", "-oN: only nmap writes this format; write -oX, -oG, -oJ, -oD, -oL or -oA"},
    {"-oQ scan", "-oQ: no such option; 'masscan --help' lists all options"},
    {"-PS22,80", "-PS: there is no host discovery before the scan; leave it out"},
    {"-P0", "-P0: there is no host discovery before the scan; leave it out"},
    {"-r",
     "-r: the order is always random, to spread the load over networks; write --seed to repeat an "
     "order"},
    {"-R", "-R: there is no reverse DNS; look up the names of the results afterwards"},
    {"--dns-servers 1.1.1.1",
     "--dns-servers: names are looked up by the system's DNS servers only; leave it out"},
    {"--system-dns",
     "--system-dns: there is no reverse DNS; look up the names of the results afterwards"},
    {"-T4", "-T: there are no timing templates; write --rate with packets per second"},
    {"-T", "-T: the value is missing; write -T VALUE"},
    {"-iR 100",
     "-iR: there are no random targets; write 0.0.0.0/0 with --excludefile and --resume-count N"},
    {"--host-timeout 30m",
     "--host-timeout: no probe waits for an answer; write --wait for the time after the last "
     "probe"},
    {"--scan-delay 1s",
     "--scan-delay: there is no delay per host; write --rate for all hosts together"},
    {"--min-parallelism 100",
     "--min-parallelism: all hosts are scanned at the same time in random order; write --rate to "
     "slow down"},
    {"--ip-options S",
     "--ip-options: probes carry no IP options, because routers drop them; leave it out"},
    {"--log-errors", "--log-errors: errors are always on standard error; leave it out"},
    {"--privileged",
     "--privileged: privileges are tested, not declared; leave it out, and run masscan --doctor"},
    {"--traceroute", "--traceroute: there is no traceroute; run nmap --traceroute on the hosts"},
    {"--send-ip", "--send-ip: whole Ethernet frames are sent, not IP packets; leave it out"},
    {"--scanflags SYNFUN",
     "--scanflags: 'SYNFUN' is no set of TCP flags; write their names one after the other, such as "
     "SYNFIN, or a number to 255"},
    {"--scanflags 256", "--scanflags: '256' is not a whole number from 0 to 255"},
    {"--version-all",
     "--version-all: there is no version detection; run nmap -sV on the open ports"},
    {"--top-ports 65536", "--top-ports: '65536' is not a whole number from 0 to 65535"},
    {"--top-ports=many", "--top-ports: 'many' is not a whole number from 0 to 65535"},
    {"--top-ports=false 10.0.0.1",
     "no ports were specified: add them with -p, such as -p80 or -p0-65535"},
    {"-sZ --top-ports 10 10.0.0.1",
     "--top-ports: there is an order of TCP and UDP ports only; write the ports with -p"},
    {"-p 65697",
     "-p: '65697' goes beyond 65535, the highest number there is; if it is masscan's number for a "
     "UDP port, write U:161"},
    {"-p 80,131073-131100",
     "-p: '131073-131100' goes beyond 65535, the highest number there is; if it is masscan's "
     "number for an SCTP port, write S:1-28"},
    {"-p 196608",
     "-p: '196608' goes beyond 65535, the highest number there is; if it is masscan's number for "
     "ICMP or ARP, write I:0"},
    {"-p 65000-65600", "-p: '65000-65600' goes beyond 65535, the highest number there is"},
    {"-p U:65697", "-p: '65697' goes beyond 65535, the highest number there is"},
    {"--selftest",
     "--selftest: the tests are programs of their own; run script/test where this is built"},
    {"--debug if", "--debug: an interface is examined by --doctor; write that"},
    {"--benchmark", "--benchmark: not supported yet; leave it out"},
    {"--readscan", "--readscan: the value is missing; write --readscan FILE"},
    {"--readscan --echo", "--readscan: the value is missing; write --readscan FILE"},
    {"--readscan a.scan b.scan -oL", "-oL: the value is missing; write -oL FILE"},
    {"--readscan-dialect 1.3",
     "--readscan-dialect: '1.3' is no dialect; write head, 1.3.2, 1.0.5 or 1.0.3"},
    {"--since yesterday",
     "--since: 'yesterday' is no time; write 2024-02-03T04:05:06 (UTC) or seconds since 1970"},
    {"--until 2024-02-30x",
     "--until: '2024-02-30x' is no time; write 2024-02-03T04:05:06 (UTC) or seconds since 1970"},
    {"--readscan -p80", "--readscan: the value is missing; write --readscan FILE"},
    {"--json-status",
     "--json-status: one document of JSON cannot hold a status that grows; use --ndjson-status"},
    {"--pfring",
     "--pfring: PF_RING is not used; leave it out, the kernel's own rings are fast enough"},
    {"--oprotos 300", "--oprotos: '300' goes beyond 255, the highest number there is"},
    {"--udp-ports x",
     "--udp-ports: 'x' is neither a port number nor a known udp service; separate ports by ',' "
     "only"},
    {"--nobanners=perhaps", "--nobanners: 'perhaps' is not true or false"},
    {"--udp-payloads compat",
     "--udp-payloads: masscan's own payloads are not sent, because servers drop some of them and "
     "answer others with much more; give --pcap-payloads a capture of them"},
    {"--banner-types gopher",
     "--banner-types: there is no 'gopher'; use one of ssh1, ssh2, ssh, http, ftp, dns-ver, snmp, "
     "nbtstat, ssl, smtp, smb, pop, imap, x509, x509ca, zeroaccess, title, html, ntp, vuln, "
     "heartbleed, ticketbleed, vnc-old, safe, memcached, scripting, versioning, coap, telnet, rdp, "
     "http.server, minecraft, vnc, vnc-info, isakmp"},
    {"--hello gopher", "--hello: there is no 'gopher'; use one of http, none, ssl, smbv1"},
    {"--host-name www.example.com",
     "--host-name: 'www.example.com' is no address and its name; write 192.0.2.1=www.example.com"},
    {"--hello-string aGVsbG8K",
     "--hello-string: the index is a number from 0 to 65535; write hello-string[80]"},
    {"--hello-string[80] aGVsbG8",
     "--hello-string[80]: 'aGVsbG8' is not base64; make it with base64 -w0"},
    {"--hello-string[80] '%%%%'",
     "--hello-string[80]: '%%%%' is not base64; make it with base64 -w0"},
    {"--hello-string[x] aGVsbG8K",
     "--hello-string[x]: the index is a number from 0 to 65535; write hello-string[80]"},
    {"--hello-string[65536] aGVsbG8K",
     "--hello-string[65536]: the index is a number from 0 to 65535; write hello-string[80]"},
    {"--hello-file[80] /nowhere/hello.txt",
     "--hello-file[80]: /nowhere/hello.txt: cannot open: No such file or directory"},
    {"--hello-file[80] /", "--hello-file[80]: /: cannot read: Is a directory"},
    {"--hello ssl -p443 10.0.0.1", "--hello: not supported yet; leave it out"},
    {"--banner-limit 10", "--banner-limit: '10' is not a whole number from 1024 to 1048576"},
    {"--max-conns 0", "--max-conns: '0' is not a whole number from 1 to 1000000"},
    {"--connection-timeout soon",
     "--connection-timeout: 'soon' is not a number of seconds, such as 10 or 0.5"},
    {"--hello-timeout soon",
     "--hello-timeout: 'soon' is not a number of seconds, such as 10 or 0.5"},
    {"--http-header Cookie", "--http-header: 'Cookie' is not a header field; write Name:value"},
    {"--http-header 'A b:c'", "--http-header: 'A b:c' is not a header field; write Name:value"},
    {"--http-field-remove",
     "--http-field-remove: the value is missing; write --http-field-remove NAME"},
    {"--http-method", "--http-method: the value is missing; write --http-method TEXT"},
    {"--vuln everything",
     "--vuln: there is no 'everything'; use one of heartbleed, ticketbleed, poodle, sslv3, "
     "ntp-monlist"},
    {"--pcap-filename", "--pcap-filename: the value is missing; write --pcap-filename FILE"},
    {"-p80 10.0.0.1 --pcap -",
     "--pcap: standard output is where the results go; write them to a file, with -oL FILE, or the "
     "packets"},
    {"-p80 10.0.0.1 --transport xdp --qdisc",
     "--qdisc: XDP bypasses the queueing discipline; leave out --transport xdp, or --qdisc"},
    {"--rate auto:fast",
     "--rate: 'fast' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"--min-packet 70000", "--min-packet: '70000' is not a whole number from 0 to 65535"},
    {"--rotate fortnightly",
     "--rotate: 'fortnightly' is not a span of time, such as 90, 10m, hourly or daily"},
    {"--rotate 99999999999999999999",
     "--rotate: '99999999999999999999' is not a span of time, such as 90, 10m, hourly or daily"},
    {"--rotate-offset 2d",
     "--rotate-offset: '2d' is not a span of time below a day, such as 90 or -2h"},
    {"--rotate-size 1.5g", "--rotate-size: '1.5g' is not a size, such as 1000000, 10m or 1g"},
    {"--rotate-dir ''", "--rotate-dir: the value is missing; write --rotate-dir DIRECTORY"},
    {"--redis localhost",
     "--redis: 'localhost' is not an address of a Redis server, such as 127.0.0.1:6379"},
    {"--redis 127.0.0.1:0",
     "--redis: '127.0.0.1:0' is not an address of a Redis server, such as 127.0.0.1:6379"},
    {"-oR 127.0.0.1:99999",
     "-oR: '127.0.0.1:99999' is not an address of a Redis server, such as 127.0.0.1:6379"},
    {"-p80 10.0.0.1 --redis-pwd secret",
     "--redis-pwd: there is no Redis server to log in to; add --redis ADDRESS"},
    {"--postgres http://db.example/scans",
     "--postgres: missing \"=\" after \"http://db.example/scans\" in connection info string"},
    {"-p80 10.0.0.1 --spool waiting",
     "--spool: there is no server to send results to; add --redis ADDRESS or --postgres URL"},
    {"--compress lz4", "--compress: there is no 'lz4'; use one of none, gzip, zstd"},
    {"--adapter-vlan 4095", "--adapter-vlan: '4095' is not a whole number from 0 to 4094"},
    {"--adapter-vlan 5", "--adapter-vlan: not supported yet; leave it out"},
    {"--adapter[8] eth0", "--adapter[8]: the index is a number from 0 to 7; write adapter[0]"},
    {"--adapter[] eth0", "--adapter[]: the index is a number from 0 to 7; write adapter[0]"},
    {"--adapter[1] nosuch", "--adapter[1]: not supported yet; leave it out"},
    {"--source-ip[1] 10.0.0.0/33",
     "--source-ip[1], character 9: '/33' is not a prefix; after '/' write a number from 0 to 32"},
    {"--resume-index x",
     "--resume-index: 'x' is not a whole number from 0 to 18446744073709551615"},
    {"--resume-count -1",
     "--resume-count: '-1' is not a whole number from 0 to 18446744073709551615"},
    {"--infinite=maybe", "--infinite: 'maybe' is not true or false"},
    {"--resume", "--resume: the value is missing; write --resume FILE"},
    {"--checkpoint ''", "--checkpoint: the value is missing; write --checkpoint FILE"},
    {"--control ''", "--control: the value is missing; write --control FILE"},
    {"--metrics 65536",
     "--metrics: '65536' is no place to listen at; write a port, such as 9100, or ADDRESS:PORT, "
     "such as 10.0.0.1:9100 or [::1]:9100"},
    {"--metrics ::1:9100",
     "--metrics: '::1:9100' is no place to listen at; write a port, such as 9100, or "
     "ADDRESS:PORT, such as 10.0.0.1:9100 or [::1]:9100"},
    {"--report ''", "--report: the value is missing; write --report FILE"},
    {"--shard auto",
     "--shard: neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is in the environment; write "
     "X/Y instead of auto"},
    {"--shard auto/0", "--shard: 'auto/0' is not a shard; write auto or auto/N, such as auto/8"},
    {"--shard automatic",
     "--shard: 'automatic' is not a shard; write auto or auto/N, such as auto/8"},
    {"--debug-tcp", "--debug-tcp: not supported yet; leave it out"},
    {"--packet-trace --ndjson-status -p80 10.0.0.1",
     "--packet-trace: standard error holds nothing but JSON with --ndjson-status; leave out one of "
     "them"},
    {"--stylesheet ''", "--stylesheet: the value is missing; write --stylesheet URL"},
    {"--webxml=perhaps", "--webxml: 'perhaps' is not true or false"},
    {"-v10", "-v: '10' is not a whole number from 0 to 9"},
};

TEST(WrongCommandLines, GetASentenceWithPlaceAndFix) {
  EXPECT_GE(std::size(kWrongLines), 60u);
  for (const WrongLine& row : kWrongLines) {
    const Error error = first_error(split_line(std::string(row.arguments)));
    EXPECT_EQ(error.message, row.message) << "masscan " << row.arguments;
    EXPECT_EQ(error.fault, Fault::kUsage) << "masscan " << row.arguments;
  }
}

struct WrongFile {
  std::string_view content;
  std::string_view message;  // after the path of the file
};

constexpr WrongFile kWrongFiles[] = {
    {"rate 5\n", ":1:1: no '=' in this line; write key = value"},
    {"# x\n\n  rate\n", ":3:3: no '=' in this line; write key = value"},
    {"rtae = 5\n", ":1:1: no such option 'rtae'; did you mean rate?"},
    {"seed = 1\r\nqqqqqqq = 5\r\n",
     ":2:1: no such option 'qqqqqqq'; 'masscan --help' lists all options"},
    {"p = 80\n", ":1:1: no such option 'p' in a file; write ports"},
    {"e = eth0\n", ":1:1: no such option 'e' in a file; write adapter"},
    {"help = true\n", ":1:1: 'help' works on the command line only; leave it out"},
    {"--rate = 5\n", ":1:1: keys stand without dashes in a file; write rate = 5"},
    {"rate =\n",
     ":1:7: rate: '' is not a rate; write packets per second from 0.01, such as 10000, "
     "'unlimited', 'auto' or 'auto:10000'"},
    {"offline = perhaps\n", ":1:11: offline: 'perhaps' is not true or false"},
    {"shard =\n", ":1:8: shard: '' is not a shard; write X/Y, such as 1/3, for part X of Y"},
    {"exclude = # none\n",
     ":1:11: exclude: no address given; write e.g. 10.0.0.0/8 or 10.0.0.1,fd09::2"},
    {"excludefile = \n", ":1:15: excludefile: the value is empty"},
    {"router-mac = gateway # fw\n",
     ":1:14: router-mac: 'gateway' is not a MAC address, such as 00:11:22:33:44:55"},
    {"range = 10.1.1.0/24# lab\n",
     ":1:9: range, character 9: '/24#' is not a prefix; after '/' write a number from 0 to 32"},
    {"range = 10.1.1.1 ; lab\n",
     ":1:9: range, character 10: ';' is not an IP address; a comment stands in a file only, behind "
     "a blank and '#'"},
    {"ports = 65697\n",
     ":1:9: ports: '65697' goes beyond 65535, the highest number there is; if it is masscan's "
     "number for a UDP port, write U:161"},
    {"ra\x1b]0;x\x07te = 5\n",
     ":1:1: no such option 'ra\\x1b]0;x\\x07te'; 'masscan --help' lists all options"},
    {"seed = \x9b"
     "5\n",
     ":1:8: seed: '\\x9b"
     "5' is not a whole number from 0 to 18446744073709551615"},
    {"adapter[2] = eth0\n", ":1:14: adapter[2]: not supported yet; leave it out"},
    {"adapter[ = eth0\n", ":1:1: the ']' is missing; write it at the end of the name"},
    {"shard = 0/3\n", ":1:9: shard: there is no shard '0/3'; X in X/Y goes from 1 to Y"},
    {"ports = 80,http2x\n",
     ":1:9: ports: 'http2x' is neither a port number nor a known tcp service; separate ports by "
     "',' only"},
    {"exclude = 10.0.0.0/\n",
     ":1:11: exclude, character 9: '/' is not a prefix; after '/' write a number from 0 to 32"},
    {"excludefile = /\n", ":1:15: excludefile: /: cannot read: Is a directory"},
    {"conf = /nonexistent\n", ":1:8: conf: /nonexistent: cannot open: No such file or directory"},
};

TEST(WrongConfigFiles, GetASentenceWithFileLineAndColumn) {
  const test::TestFolder directory;
  for (const WrongFile& row : kWrongFiles) {
    const std::string path = directory.write("scan.conf", std::string(row.content));
    const Error error = first_error({"-c", path});
    EXPECT_EQ(error.message, path + std::string(row.message)) << row.content;
    EXPECT_EQ(error.fault, Fault::kUsage) << row.content;
  }
}

TEST(WrongTargetFiles, NameFileLineAndColumnAndTheOptionThatNamedThem) {
  const test::TestFolder directory;
  const std::string path = directory.write("exclude.txt", "10.0.0.1\n10.0.0.1 - 10.0.0.x\n");
  const Error error = first_error({"-p80", "10.0.0.0/24", "--excludefile", path});
  EXPECT_EQ(error.message, "--excludefile: " + path +
                               ":2:12: '10.0.0.x' is not an IP address; a host name cannot "
                               "stand here; give an address (a comment starts with '#')");
  EXPECT_EQ(error.fault, Fault::kUsage);
}

}  // namespace
}  // namespace masscan::cli
