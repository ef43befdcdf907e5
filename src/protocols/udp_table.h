// The protocols that are asked over UDP.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "banner/udp_protocol.h"

namespace masscan::protocols {

// Returns all protocols, in the order in which a port with several is asked. Valid for the life of
// the program.
std::span<const banner::UdpProtocol* const> udp_protocols();

// Reads a datagram from a port by the protocols that are asked there, or that answer from any port.
// Appends the text of the answer. Nullopt: none of these recognises it.
std::optional<banner::UdpAnswer> read_expected_udp(std::uint16_t port, Bytes datagram,
                                                   std::string& text);
// Reads a datagram from a port: by the protocols expected there, then by the others. Appends the
// text of the answer. Nullopt: no protocol recognises it.
std::optional<banner::UdpAnswer> read_udp(std::uint16_t port, Bytes datagram, std::string& text);

}  // namespace masscan::protocols
