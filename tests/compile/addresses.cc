// Addresses of both families, ports and numbers are never taken for each other.
#include "net/ip_address.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan::net {

constexpr Ipv4Address kV4(0x0a000001);
constexpr Ipv6Address kV6(1);
constexpr IpAddress kEither = kV4;
constexpr AddressRange kRange{kV4, kV4};
constexpr Port kPort{Transport::kTcp, 80};
constexpr PortRange kPorts{80, 81};
static_assert(kEither.v4() == kV4 && kEither != kV6 && kRange.contains(kV6) == false);
static_assert(kPorts.contains(kPort.number));

#ifdef MISTAKES
const Ipv4Address kFromNumber = 0x0a000001;  // error: no viable conversion|conversion from
const Ipv4Address kFromV6 = kV6;             // error: no viable conversion|conversion from
const Ipv6Address kFromV4 = kV4;             // error: no viable conversion|conversion from
const Ipv4Address kFromEither = kEither;     // error: no viable conversion|conversion from
const IpAddress kFromText = "10.0.0.1";      // error: no viable conversion|conversion from
const std::uint32_t kNumber = kV4;           // error: no viable conversion|cannot convert
const bool kSame = kV4 == kV6;               // error: invalid operands|no match for
const bool kLess = kV4 < 5u;                 // error: invalid operands|no match for
const auto kNext = kV4 + 1;                  // error: invalid operands|no match for
const AddressRange kAlone = kV4;             // error: no viable conversion|conversion from
const Port kBare = 80;                       // error: no viable conversion|conversion from
const Port kSwapped{80, Transport::kTcp};    // error: cannot initialize|cannot convert
const PortRange kOne = 80;                   // error: no viable conversion|conversion from
const std::uint16_t kPlain = kPort;          // error: no viable conversion|cannot convert
#endif

}  // namespace masscan::net
