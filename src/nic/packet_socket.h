// Common functions for packet sockets (AF_PACKET).
#pragma once

#include <linux/if_packet.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/mac_address.h"

namespace masscan::nic {

// Room for an Ethernet header and two VLAN tags in front of an IP packet as long as the MTU.
inline constexpr std::size_t kLinkRoomBytes = 22;

// True for a send error that means that the interface is down or gone: no frame can leave now, and
// the frame stays queued.
bool is_link_away(int error);

// Opens a socket that receives nothing: protocol 0 means "no frames" until it is bound to another
// one. Needs CAP_NET_RAW.
Result<UniqueFd> open_packet_socket();

// Sets an option of SOL_PACKET. `purpose` is for the Error: "make a packet ring".
Result<> set_packet_option(int fd, int option, Bytes value, std::string_view purpose);
template <typename T>
Result<> set_packet_option(int fd, int option, const T& value, std::string_view purpose) {
  return set_packet_option(fd, option, Bytes(std::as_bytes(std::span(&value, 1))), purpose);
}

// Returns the destination for frames of this protocol (ETH_P_IP, ...).
sockaddr_ll packet_address(int interface_index, std::uint16_t protocol);

// Makes the socket receive frames of this protocol, and send through the interface.
Result<> bind_packet_socket(int fd, int interface_index, std::uint16_t protocol);

// Returns the bytes of memory of sent frames that are still in queues of this machine.
std::size_t unsent_bytes(int fd);

// Joins Ethernet multicast groups until the socket is closed.
Result<> join_groups(int fd, int interface_index, const std::vector<net::MacAddress>& groups);

}  // namespace masscan::nic
