// The TCP scans, of which a scan has one. Besides the SYN these are nmap's: segments that belong to
// no connection, whose RST, or silence, tells about the port or about a filter before it.
//
// A host answers a segment with the ACK flag with a RST, whether the port is open or not. Of other
// segments without a SYN it discards those to open ports (RFC 9293, 3.10.7.2), so that silence
// means open, or filtered.
#pragma once

#include <span>
#include <string_view>

#include "probe/kind.h"

namespace masscan::probe {

struct TcpScan {
  std::string_view name;  // of --tcp-scan
  std::string_view nmap;  // nmap's option
  const Kind* kind;
  std::string_view found;  // the states it finds; empty: open and closed
};

// SYN is the first.
std::span<const TcpScan> tcp_scans();
// Returns the row of a kind that is in the table.
const TcpScan& tcp_scan(const Kind& kind);

}  // namespace masscan::probe
