// Nothing that masscan understands is unknown here, and nothing of nmap's that it answers for.
#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/options/table.h"
#include "format/format.h"

namespace masscan::cli {
namespace {

// Names and aliases of the 119 rows of masscan's options, as they are documented.
constexpr std::string_view kLong =
    "range ranges ip ipv4 dst-ip dest-ip destination-ip target-ip includefile include-file exclude "
    "exclude-range exclude-ranges exclude-ip exclude-ipv4 excludefile exclude-file ports port "
    "dst-port dest-port destination-port target-port tcp-ports tcp-port udp-ports udp-port oprotos "
    "oproto exclude-ports exclude-port top-ports top-port ping ping-sweep arpscan arp "
    "randomize-hosts rate max-rate seed retries retry max-retries max-retry shard shards "
    "resume-index resume-count blackrock-rounds infinite wait offline notransmit nosend dry-run "
    "conf config resume echo echo-all echo-cidr readrange readranges read-range read-ranges iflist "
    "debug selftest self-test regress benchmark readscan help version nmap nobacktrace backtrace "
    "test notest banner1 SPACE packet-trace trace-packet debug-tcp tcp-debug interactive "
    "nointeractive status nostatus ndjson-status status-ndjson json-status status-json adapter if "
    "interface adapter-ip source-ip source-address spoof-ip spoof-address src-ip adapter-port "
    "source-port src-port sourceport adapter-mac source-mac src-mac spoof-mac adapter-vlan vlan "
    "router-ip router-mac router dest-mac destination-mac dst-mac target-mac router-mac-ipv4 "
    "router-ipv4 router-mac-ipv6 router-ipv6 bpf pfring sendq sendqueue ttl min-packet min-pkt "
    "noreset pcap-filename pcap badsum data-length datadir tcp-mss tcpmss tcp-wscale tcp-tsecho "
    "tcp-sackok banners banner nobanners nobanner rawudp banner-types banner-type banner-apps "
    "banner-app capture nocapture no-capture hello hello-file hello-filename hello-string "
    "hello-timeout connection-timeout tcp-timeout heartbleed ticketbleed vuln http-user-agent "
    "http-useragent http-host http-method http-url http-uri http-version http-header http-field "
    "http-cookie http-payload http-field-remove nmap-payloads nmap-payload pcap-payloads "
    "pcap-payload nmap-service-probes nmap-service-probe script output-filename output-file "
    "output-format redis redis-pwd output-show show output-status output-noshow noshow "
    "output-show-open open open-only output-append append-output rotate output-rotate "
    "rotate-output rotate-time rotate-dir output-rotate-dir rotate-directory rotate-offset "
    "output-rotate-offset rotate-size rotate-filesize output-rotate-filesize stylesheet webxml "
    "no-stylesheet reason";

constexpr std::string_view kShort =
    "-p -c -e -i -g -S -iL -oX -oJ -oD -oG -oL -oB -oU -oH -oR -sL -sS -sU -sZ -sO -v -d -V -W -h "
    "-?";

constexpr std::string_view kNmapLong =
    "mtu osscan-limit osscan-guess dns-servers system-dns host-timeout scan-delay max-scan-delay "
    "min-rtt-timeout max-rtt-timeout initial-rtt-timeout min-hostgroup max-hostgroup "
    "min-parallelism max-parallelism ip-options log-errors privileged unprivileged port-ratio "
    "traceroute scanflags send-eth send-ip version-intensity version-light version-all "
    "version-trace release-memory min-rate";

constexpr std::string_view kNmapShort =
    "-6 -n -Pn -sY -sT -A -b -f -F -O -oA -oN -oS -P0 -PS -r -R -sA -sC -sF -sI -sM -sn -sN -sV "
    "-sW -sX -T -iR";

TEST(Spellings, OfMasscanAreAllKnown) {
  for (const std::string_view word : split_words(kLong))
    EXPECT_NE(find_long(word), nullptr) << word;
  for (const std::string_view word : split_words(kShort)) {
    EXPECT_NE(find_short(word), nullptr) << word;
  }
}

TEST(Spellings, OfNmapAreAllAnswered) {
  for (const std::string_view word : split_words(kNmapLong)) {
    EXPECT_NE(find_long(word), nullptr) << word;
  }
  for (const std::string_view word : split_words(kNmapShort)) {
    EXPECT_NE(find_short(word), nullptr) << word;
  }
}

// Help names formats in sentences of its own; a new format must not be forgotten there.
TEST(Spellings, OfFormatsAreInTheHelp) {
  for (const format::Format* format : format::formats()) {
    EXPECT_NE(find_long("output-format")->help.find(format->name), std::string_view::npos)
        << format->name;
    if (format->letter == '\0') continue;
    const Option* option = find_short(std::string("-o") + format->letter);
    ASSERT_NE(option, nullptr) << format->name;
    EXPECT_NE(option->help.find(format->name), std::string_view::npos) << format->name;
  }
}

}  // namespace
}  // namespace masscan::cli
