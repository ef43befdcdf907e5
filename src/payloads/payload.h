// Payloads of the user's, and the parsers of what they are written in. The Errors are for the user:
// "FILE:LINE: sentence".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/port.h"

namespace masscan::payloads {

struct Payload {
  std::string name;   // where it is from, as --packet-trace prints it: "FILE:LINE"
  std::string bytes;  // at most banner::kMaxUdpRequest
  std::vector<net::PortRange> ports;
};

// Parses the text format of nmap-payloads:
//
//   payload = "udp" ports string { string } { "source" N }
//   string  = '"' { character | escape } '"'       strings are joined
//   escape  = "\" ( "x" HH | octal digits | n | r | t | a | b | f | v | "\" | '"' )
//
// Words stand on any lines; a '#' outside a string begins a comment. A wish for a source port is
// accepted and has no effect, as in nmap: the source port proves an answer.
Result<std::vector<Payload>> parse_nmap_payloads(std::string_view text, std::string_view path);

// Returns each UDP datagram of a capture in the formats pcap or pcapng, of Ethernet or raw IP, for
// its destination port. Other packets and fragments are left out.
Result<std::vector<Payload>> parse_pcap_payloads(std::string_view capture, std::string_view path);

// Parses the value of --udp-payload: "53,5353:0a0b0c" or "9999:@probe.bin", which names a file with
// the bytes.
Result<Payload> parse_payload_option(std::string_view value);

}  // namespace masscan::payloads
