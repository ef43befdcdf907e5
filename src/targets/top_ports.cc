#include "targets/top_ports.h"

#include <bitset>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace masscan::targets {
namespace {

// These tables were made by hand from general knowledge. First come the services that public
// surveys of the Internet report most often and those of offices and data centres, then ports of
// further programs by kind, then ranges that programs and devices often use. They are based on no
// measurement and are not a copy of another scanner's file. Of a repeated port the first place
// counts.
constexpr std::string_view kTcp =
    // The twenty of --top-ports without a number: web, shells, mail, names, Windows, MySQL.
    "80 443 22 21 25 8080 53 23 3389 110 143 445 3306 993 995 587 135 139 465 8443 "
    // Up to a hundred: control panels, routers and cameras, telephony, databases, containers.
    "111 5900 1723 5060 8000 81 7547 8888 5000 8081 2000 554 179 5432 1433 3000 8008 8089 9100 "
    "2083 2082 2087 2086 2096 2095 6379 389 636 88 548 515 631 514 5985 5986 27017 9200 2049 10000 "
    "8090 8088 8082 8083 9000 9090 9443 4443 1883 8883 5672 15672 11211 5555 8291 8728 1521 1080 "
    "3128 2375 2376 6443 10250 2222 26 82 873 5222 5269 5001 5901 5800 7001 8009 8086 9092 8500 "
    "49152 49153 49154 1025 1026 "
    // Old services of Unix and Windows, mail and directories.
    "113 119 79 7 9 13 17 19 37 43 70 24 102 137 138 161 199 264 427 444 464 500 502 512 513 540 "
    "543 544 563 591 593 623 646 666 691 860 902 903 912 989 990 992 994 1099 1098 1110 4045 "
    // Databases, queues, caches and their consoles.
    "1434 1526 1527 1583 2181 2379 2380 2424 2480 2483 2484 2638 3050 3351 4333 5433 5434 5439 "
    "5984 "
    "6380 6381 6432 7000 7199 7473 7474 7687 8087 8091-8094 8123 8529 9042 9160 9300 9306 9312 "
    "9418 "
    "11210 16379 26257 26379 27018 27019 28015 28017 33060 50000 1414 4369 5671 5673 6650 8161 "
    "15671 25672 61613 61614 61616 4222 6222 8222 9093 19092 "
    // Remote control, terminals, tunnels, monitoring.
    "3388 3390 3391 4899 5902-5910 5801-5803 5631 5632 5938 6129 2323 2022 2200 22222 8022 10022 "
    "3268 3269 1701 1194 943 4500 1812 1813 6000-6009 7070 10050 10051 5666 5667 4949 4848 "
    "4444-4447 "
    "9990 9999 7002-7010 8453 16992-16995 47001 "
    // Telephony, pictures and sound, games, chat.
    "5061 5062 5070 1720 1719 2427 2727 5038 4569 8554 1935 7443 37777 37778 34567 34599 8899 5554 "
    "9530 3478 5349 6660-6669 6697 5223 5228 5280 5281 5298 25565 25575 27015 27016 27036 7777 "
    "7778 "
    "28960 30120 3074 3724 6112 8767 10011 30033 64738 "
    // Routers, printers, buildings, machines.
    "4567 30005 58000 8729 2601-2605 1900 5431 49000 52869 9101-9107 9220 9290 721 6101 789 1911 "
    "1962 2404 4000 4840 4843 4911 5006 5007 5094 9600 18245 20000 20547 34962-34964 44818 47808 "
    // Files, backups, versions, shares.
    "2121 3690 6881-6889 51413 9091 3260 3205 2811 4662 9876 10080-10082 13720-13724 13782 13783 "
    "1556 6106 "
    // Containers, builds, dashboards and other web interfaces.
    "5601 9389 4646 8300 8301 8600 8200 8834 9001-9003 9080 9091 9095 9115 9121 9187 9389 9392 "
    "8983 "
    "7990 7999 3001 4040 4200 4242 4280 4343 4430 4433 5044 5050 5080 5357 5443 5500 5550 5678 "
    "5858 "
    "6060 6080 6090 7071 7080 7180 7200 7443 7676 7680 7780 7800 8443 8444 8530 8531 8649 8686 "
    "8765 "
    "8800 8843 8880 8887 8889 8900 9043 9060 9191 9292 9444 9445 9500 9800 9943 9981 9998 10001 "
    "10443 12345 12443 13306 15000 16010 16080 16443 18080 18081 18091 18443 19000 19132 19999 "
    "20443 "
    "21025 30000 31337 32400 32764 32768 50070 50075 50443 55443 55553 60000 62078 65000 "
    // Ranges: web servers, numbers counted up from a usual port, remote procedure calls.
    "83-90 8001-8100 8180-8190 8280-8290 8880-8890 9004-9020 9081-9099 9990-9999 10001-10020 "
    "3001-3010 5002-5010 7000-7010 4000-4010 2000-2010 1024-1060 49152-49180 32768-32800 6000-6010 "
    "27015-27030 50000-50010 1-1023 1024-1100";

constexpr std::string_view kUdp =
    // The twenty of --top-ports without a number.
    "53 161 123 137 500 1900 5353 67 69 111 4500 138 389 514 520 623 1194 1434 5060 1701 "
    // Services that answer a first datagram, and their frequent companions.
    "68 88 162 177 427 443 445 464 631 1645 1646 1718 1719 1812 1813 2049 2123 2152 3283 3391 3478 "
    "3702 3784 4569 5093 5349 5351 5355 5683 5684 6881 7 9 13 17 19 37 49 80 135 139 192 407 "
    "996-999 "
    "1022 1023 1025-1030 1604 1720 2000 2048 2302 2362 3401 3456 3671 4070 4444 5000 5006 5007 "
    "5050 "
    "5632 6346 6481 7777 8000 8888 9600 9987 9999 10000 10001 10080 11211 17185 19132 20000 20004 "
    "26000 27015 27016 27910 27960 28960 30718 31337 32768-32780 33434 34962-34964 37215 37810 "
    "41794 "
    "44818 47808 48899 49152-49160 51820 52869 64738";

std::string_view table_of(net::Transport transport) {
  switch (transport) {
    case net::Transport::kTcp:
      return kTcp;
    case net::Transport::kUdp:
      return kUdp;
    case net::Transport::kSctp:
    case net::Transport::kIcmp:
    case net::Transport::kArp:
    case net::Transport::kIp:
      return {};
  }
  return {};
}

// Parses "80" or "8000-8100".
net::PortRange parse_range(std::string_view word) {
  const std::size_t dash = word.find('-');
  const auto first = parse_number<std::uint16_t>(word.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : parse_number<std::uint16_t>(word.substr(dash + 1));
  CHECK(first && last && *first <= *last);
  return {*first, *last};
}

// Collects distinct ports until there are enough.
class Choice {
 public:
  Choice(net::Transport transport, std::uint32_t count) : transport_(transport), count_(count) {}

  void take(std::string_view table) {
    for (const std::string_view word : split_words(table)) take(parse_range(word));
  }
  void take(net::PortRange ports) {
    for (std::uint32_t port = ports.first; port <= ports.last && runs_.size() < count_; ++port) {
      if (is_taken_.test(port)) continue;
      is_taken_.set(port);
      const auto number = static_cast<std::uint16_t>(port);
      runs_.push_back({transport_, {number, number}});
    }
  }
  std::vector<net::TransportPorts> runs() && { return std::move(runs_); }

 private:
  net::Transport transport_;
  std::uint32_t count_;
  std::bitset<65536> is_taken_;
  std::vector<net::TransportPorts> runs_;
};

}  // namespace

bool has_top_ports(net::Transport transport) { return !table_of(transport).empty(); }

std::uint32_t ordered_ports(net::Transport transport) {
  Choice choice(transport, kMostTopPorts);
  choice.take(table_of(transport));
  return static_cast<std::uint32_t>(std::move(choice).runs().size());
}

std::vector<net::TransportPorts> top_ports(net::Transport transport, std::uint32_t count,
                                           std::span<const std::uint16_t> further) {
  CHECK(has_top_ports(transport) && count <= kMostTopPorts);
  Choice choice(transport, count);
  choice.take(table_of(transport));
  for (const std::uint16_t port : further) choice.take({port, port});
  choice.take({1, 65535});
  return std::move(choice).runs();
}

}  // namespace masscan::targets
