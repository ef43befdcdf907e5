// The options of a scan, as a value that does not change once the scan is opened. `cli` fills it
// from arguments and files; it holds nothing that was looked up on this machine.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "banner/stream_settings.h"
#include "base/siphash.h"
#include "base/time.h"
#include "net/endpoint.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/port.h"
#include "net/prefix.h"
#include "output/output_config.h"
#include "probe/kind.h"
#include "probe/tcp_syn.h"
#include "setup/resume_point.h"
#include "targets/address_set.h"
#include "targets/host_name.h"
#include "targets/pair_set.h"
#include "targets/port_set.h"
#include "targets/shard.h"

namespace masscan::setup {

// The options of a TCP SYN; empty or false: the option is not sent.
struct TcpOptions {
  std::optional<std::uint16_t> mss = 1460;
  std::optional<std::uint8_t> window_scale;
  std::optional<std::uint32_t> timestamp;
  bool sack_permitted = false;

  bool operator==(const TcpOptions&) const = default;
};

// The requested backend.
enum class Backend : std::uint8_t {
  kAuto,      // XDP at high rates where it works, packet sockets otherwise
  kXdp,       // XDP, or an Error
  kAfPacket,  // packet sockets
  kPcap,      // libpcap
};

// Overrides of the kernel's tables. An empty value means: look it up.
struct NetworkConfig {
  std::string interface;  // "eth0", or "sim" for the simulated internet
  std::vector<net::AddressRange> source_addresses;
  std::optional<net::PortRange> source_ports;
  bool force = false;  // accept source ports that this machine uses itself
  std::optional<net::MacAddress> source_mac;
  std::optional<net::IpAddress> router_address;
  std::optional<net::MacAddress> router_mac_v4;
  std::optional<net::MacAddress> router_mac_v6;
  Backend backend = Backend::kAuto;
  bool qdisc = false;  // send frames through the interface's queueing discipline and filters
  // XDP sender threads on each interface; 0: none. Empty: chosen by the number of processors.
  std::optional<unsigned> senders;
  bool firewall = true;  // suppress the kernel's resets with an nftables table of our own

  bool operator==(const NetworkConfig&) const = default;
};

// A setting that is parsed, checked and echoed, but not implemented: a scan with one is refused
// before its first packet. `value` has the form that --echo writes.
struct UnsupportedSetting {
  std::string name;
  std::string index;  // the 80 of "hello-string[80]"; empty: none
  std::string value;
  std::string place;  // where it was set, for the message; ignored by ==

  bool operator==(const UnsupportedSetting& other) const {
    return name == other.name && index == other.index && value == other.value;
  }
};

// How services are talked to, with --banners.
struct TalkConfig {
  std::string hello;                // "http", "smbv1" or "none", at all ports; empty: by the port
  std::vector<std::string> orders;  // of hellos (setup/banner_order.h)
  std::map<std::uint16_t, std::string> hellos;       // by port: the bytes that are sent
  std::map<net::IpAddress, std::string> host_names;  // what a service is called when it is asked
  bool checks_data = false;  // of open ports: mark those where nothing speaks
  Duration hello_timeout = std::chrono::seconds(2);
  Duration connection_timeout = std::chrono::seconds(30);
  std::uint32_t limit = 65536;   // bytes of one service that are read
  std::size_t most = 1'000'000;  // conversations at a time

  bool operator==(const TalkConfig&) const = default;
};

struct Config {
  targets::AddressSet targets;
  targets::PairSet pairs;                // in addition to targets x ports
  std::vector<targets::HostName> names;  // also targets; `cli` resolves them before the scan
  // The special-purpose addresses of `targets` that are not asked, and whether there are none
  // because the user wants all asked.
  targets::AddressSet left_out;
  bool include_reserved = false;
  targets::AddressSet excludes;
  std::vector<targets::HostName> excluded_names;
  targets::PortSet ports;

  double rate_pps = 100;  // infinity: as fast as the machine can
  // Into one /24 or /64; infinity: no limit.
  double prefix_rate_pps = std::numeric_limits<double>::infinity();
  bool finds_rate = false;            // search for the rate the path carries, at most rate_pps
  std::optional<std::uint64_t> seed;  // empty: random
  std::optional<SipKey> cookie_key;   // empty: random
  targets::Shard shard;
  std::optional<std::uint64_t> resume_index;  // begin at this position of the order
  std::optional<std::uint64_t> resume_count;  // end after this many positions
  // A position in masscan's order, which differs from ours. It, and then the count too, is kept for
  // --echo only.
  std::optional<std::uint64_t> foreign_index;
  bool infinite = false;  // repeat for ever, with seed + 1 each time
  unsigned retries = 0;
  unsigned canaries = 0;  // ports asked of a host with an open one, to find fakes
  Duration retry_delay = std::chrono::seconds(1);
  Duration wait = std::chrono::seconds(10);
  unsigned workers = 0;  // 0: chosen by the rate and the number of processors
  bool offline = false;
  std::string capture;  // file for the replies, or for the probes if offline; empty: none
  bool no_reset = false;
  bool banners = false;  // write what services say,
  bool raw_udp = false;  // and all bytes of UDP's
  TalkConfig talk;
  banner::StreamSettings streams;  // what is said to those of TCP, and kept of their answers
  std::uint8_t ttl = 255;
  // What is sent to UDP ports, in place of the requests of known protocols.
  std::string pcap_payloads;              // file; empty: none
  std::string nmap_payloads;              // file; empty: none
  std::vector<std::string> udp_payloads;  // "PORTS:HEX" or "PORTS:@FILE"
  bool allow_amplifying = false;          // send requests whose answers are much larger too
  TcpOptions tcp;
  const probe::Kind* tcp_kind = &probe::kTcpSyn;  // how TCP ports are probed
  std::optional<std::uint8_t> tcp_flags;          // sent in place of the kind's
  std::uint16_t tcp_window = 1025;
  std::string tcp_profile;  // a system whose SYN is sent; empty: ours
  std::uint8_t tos = 0;
  std::optional<std::uint16_t> ip_id;  // empty: derived from the target
  bool bad_checksum = false;
  std::uint16_t data_length = 0;  // bytes behind a TCP header
  bool sctp_cookie_echo = false;  // ask SCTP ports with a COOKIE ECHO instead of an INIT
  int verbosity = 0;
  bool packet_trace = false;  // print each frame as a line on standard error

  // The simulated internet of `-e sim`.
  std::uint64_t sim_key = 1;
  double sim_open = 0.05;

  // Checkpoint, resume and control.
  std::string checkpoint = "paused.conf";   // empty: none is written
  std::optional<ResumePoint> resume_point;  // empty: a new scan
  // Excludes that were added during the scan. They do not change the numbering of the plan.
  targets::AddressSet late_excludes;
  std::string control;  // path of the unix socket; empty: none
  // Address of the metrics server (HTTP); port 0: any free port.
  std::optional<net::Endpoint> metrics;

  NetworkConfig network;
  output::OutputConfig output;
  std::vector<UnsupportedSetting> unsupported;

  bool operator==(const Config&) const = default;
};

}  // namespace masscan::setup
