#include "nic/packet_socket.h"

#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace masscan::nic {

bool is_link_away(int error) { return error == ENETDOWN || error == ENXIO || error == ENODEV; }

Result<UniqueFd> open_packet_socket() {
  UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.is_open()) return fd;
  if (errno != EPERM) return run_error("cannot open a packet socket: {}", last_system_error());
  return run_error("cannot open a packet socket: {}; run as root or with CAP_NET_RAW",
                   last_system_error());
}

Result<> set_packet_option(int fd, int option, Bytes value, std::string_view purpose) {
  const auto size = static_cast<socklen_t>(value.size());
  if (::setsockopt(fd, SOL_PACKET, option, value.data(), size) == 0) return {};
  return run_error("cannot {}: {}", purpose, last_system_error());
}

sockaddr_ll packet_address(int interface_index, std::uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = byte_swap(protocol);
  address.sll_ifindex = interface_index;
  return address;
}

Result<> bind_packet_socket(int fd, int interface_index, std::uint16_t protocol) {
  const sockaddr_ll address = packet_address(interface_index, protocol);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  return run_error("cannot bind a packet socket: {}", last_system_error());
}

std::size_t unsent_bytes(int fd) {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 ? static_cast<std::size_t>(bytes) : 0;
}

Result<> join_groups(int fd, int interface_index, const std::vector<net::MacAddress>& groups) {
  for (const net::MacAddress& group : groups) {
    packet_mreq request{};
    request.mr_ifindex = interface_index;
    request.mr_type = PACKET_MR_MULTICAST;
    request.mr_alen = static_cast<unsigned short>(group.octets().size());
    std::memcpy(request.mr_address, group.octets().data(), group.octets().size());
    TRY(set_packet_option(fd, PACKET_ADD_MEMBERSHIP, request, "join a multicast group"));
  }
  return {};
}

}  // namespace masscan::nic
