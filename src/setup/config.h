// What the user asked for: a value that never changes once the scan is opened. `cli` fills it from
// arguments and files; nothing in it has been looked up on this machine yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/siphash.h"
#include "base/time.h"
#include "net/endpoint.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/port.h"
#include "net/prefix.h"
#include "output/output_config.h"
#include "setup/resume_point.h"
#include "targets/address_set.h"
#include "targets/host_name.h"
#include "targets/pair_set.h"
#include "targets/port_set.h"
#include "targets/shard.h"

namespace masscan::setup {

// How a TCP SYN option is asked for: as the template has it, a number, or not at all.
struct TcpOptions {
  std::optional<std::uint16_t> mss = 1460;
  std::optional<std::uint8_t> window_scale;
  std::optional<std::uint32_t> timestamp;
  bool sack_permitted = false;

  bool operator==(const TcpOptions&) const = default;
};

// How frames leave and arrive.
enum class Backend : std::uint8_t {
  kAuto,      // XDP at high rates where it works, packet sockets otherwise
  kXdp,       // XDP or nothing
  kAfPacket,  // packet sockets
  kPcap,      // libpcap
};

// Overrides of what the kernel's tables say. Empty means: find out.
struct NetworkConfig {
  std::string interface;  // "eth0", or "sim" for the simulated internet
  std::vector<net::AddressRange> source_addresses;
  std::optional<net::PortRange> source_ports;
  bool force = false;  // source ports that this machine uses itself are taken all the same
  std::optional<net::MacAddress> source_mac;
  std::optional<net::IpAddress> router_address;
  std::optional<net::MacAddress> router_mac_v4;
  std::optional<net::MacAddress> router_mac_v6;
  Backend backend = Backend::kAuto;
  bool qdisc = false;  // frames go through the interface's queueing discipline and filters
  // Threads that send by XDP, on each interface; 0: none does. Empty: chosen by cores.
  std::optional<unsigned> senders;
  bool firewall = true;  // keep the kernel's resets away with an nftables table of our own

  bool operator==(const NetworkConfig&) const = default;
};

// A setting that is read, checked and echoed, but that no scan obeys yet: a scan with one is
// refused before its first packet. `value` is as --echo writes it.
struct UnsupportedSetting {
  std::string name;
  std::string index;  // the 80 of "hello-string[80]"; empty: none
  std::string value;
  std::string place;  // where it was said, for the refusal; not part of its identity

  bool operator==(const UnsupportedSetting& other) const {
    return name == other.name && index == other.index && value == other.value;
  }
};

struct Config {
  targets::AddressSet targets;
  targets::PairSet pairs;                // besides targets x ports
  std::vector<targets::HostName> names;  // targets too; `cli` looks them up before the scan
  targets::AddressSet excludes;
  std::vector<targets::HostName> excluded_names;
  targets::PortSet ports;

  double rate_pps = 100;              // infinity: as fast as the machine can
  bool finds_rate = false;            // find out what the path carries, at most rate_pps
  std::optional<std::uint64_t> seed;  // empty: random
  std::optional<SipKey> cookie_key;   // empty: random
  targets::Shard shard;
  std::optional<std::uint64_t> resume_index;  // begin at this position of the order
  std::optional<std::uint64_t> resume_count;  // and end after so many
  // A position in masscan's order, which is not ours: it is kept for --echo only, and so is then
  // the count.
  std::optional<std::uint64_t> foreign_index;
  bool infinite = false;  // begin again for ever, with seed + 1 each time
  unsigned retries = 0;
  Duration retry_delay = std::chrono::seconds(1);
  Duration wait = std::chrono::seconds(10);
  unsigned workers = 0;  // 0: chosen by rate and cores
  bool offline = false;
  std::string capture;  // the file that gets the answers, or the probes if offline; empty: none
  bool no_reset = false;
  std::uint8_t ttl = 255;
  TcpOptions tcp;
  int verbosity = 0;
  bool packet_trace = false;  // every frame is a line on standard error

  // The simulated internet of `-e sim`.
  std::uint64_t sim_key = 1;
  double sim_open = 0.05;

  // What outlives a run, and what steers it.
  std::string checkpoint = "paused.conf";   // empty: none is written
  std::optional<ResumePoint> resume_point;  // where to go on; empty: a new scan
  // What the user wants to be left alone since the scan began. The plan's numbers stay as they are.
  targets::AddressSet late_excludes;
  std::string control;  // the unix socket to listen at; empty: none
  // Where to tell metrics by HTTP; port 0: any free one.
  std::optional<net::Endpoint> metrics;

  NetworkConfig network;
  output::OutputConfig output;
  std::vector<UnsupportedSetting> unsupported;

  bool operator==(const Config&) const = default;
};

}  // namespace masscan::setup
