// The protocols of this folder, one file each. protocols/udp_table.cc has a row for each.
#pragma once

#include "banner/udp_protocol.h"

namespace masscan::protocols {

extern const banner::UdpProtocol kDtls;
extern const banner::UdpProtocol kGtpControl;
extern const banner::UdpProtocol kGtpUser;
extern const banner::UdpProtocol kIsakmp;
extern const banner::UdpProtocol kIsakmpNat;
extern const banner::UdpProtocol kL2tp;
extern const banner::UdpProtocol kOpenvpn;
extern const banner::UdpProtocol kQuic;
extern const banner::UdpProtocol kStun;

}  // namespace masscan::protocols
