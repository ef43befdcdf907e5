// Packet sockets (AF_PACKET), before anybody has decided what they are for.
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

// Two VLAN tags and an Ethernet header fit in front of an IP packet as long as the MTU.
inline constexpr std::size_t kLinkRoomBytes = 22;

// Of a send. The interface is down, or gone: nothing leaves for now, and the frame is still to be
// sent.
bool is_link_away(int error);

// One that receives nothing: protocol 0 stands for "no frames" until it is bound to another one.
// Needs CAP_NET_RAW.
Result<UniqueFd> open_packet_socket();

// Of SOL_PACKET; `purpose` is for the Error: "make a packet ring".
Result<> set_packet_option(int fd, int option, Bytes value, std::string_view purpose);
template <typename T>
Result<> set_packet_option(int fd, int option, const T& value, std::string_view purpose) {
  return set_packet_option(fd, option, Bytes(std::as_bytes(std::span(&value, 1))), purpose);
}

// Where a frame of this protocol (ETH_P_IP, ...) goes.
sockaddr_ll packet_address(int interface_index, std::uint16_t protocol);

// From now on the socket receives the frames of this protocol; sends leave by the interface.
Result<> bind_packet_socket(int fd, int interface_index, std::uint16_t protocol);

// Bytes of memory that sent frames hold which have not left the queues of this machine.
std::size_t unsent_bytes(int fd);

// The interface listens to these Ethernet groups as long as the socket is open.
Result<> join_groups(int fd, int interface_index, const std::vector<net::MacAddress>& groups);

}  // namespace masscan::nic
