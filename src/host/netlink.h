// Questions to the kernel's routing tables (rtnetlink), asked at start-up only.
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "net/ip_address.h"

namespace masscan::host {

// One request under construction: a header, its fixed part, then attributes.
class NetlinkRequest {
 public:
  // `type` is RTM_GETLINK and the like; `flags` come on top of NLM_F_REQUEST.
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  // The fixed part that follows the netlink header, zeroed; call once, before any attribute.
  template <typename T>
  T& body() {
    return *static_cast<T*>(mnl_nlmsg_put_extra_header(header(), sizeof(T)));
  }
  void add(std::uint16_t type, const net::IpAddress& address);
  // In host order.
  void add(std::uint16_t type, std::uint32_t number) { mnl_attr_put_u32(header(), type, number); }
  void add(std::uint16_t type, std::uint8_t number) { mnl_attr_put_u8(header(), type, number); }
  void add_port(std::uint16_t type, std::uint16_t port);
  const nlmsghdr* header() const { return reinterpret_cast<const nlmsghdr*>(buffer_.data()); }

 private:
  nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

  alignas(nlmsghdr) std::array<std::byte, 256> buffer_{};
};

// The kernel's whole answer to one request.
class NetlinkReply {
 public:
  explicit NetlinkReply(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  Bytes bytes() const { return bytes_; }

  // Calls `visit(const nlmsghdr&)` for every message of this type; the messages live as long as
  // the reply.
  template <typename Visit>
  void for_each(std::uint16_t type, Visit visit) const {
    auto left = static_cast<int>(bytes_.size());
    const auto* message = reinterpret_cast<const nlmsghdr*>(bytes_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type == type) visit(*message);
    }
  }

 private:
  std::vector<std::byte> bytes_;
};

// What the kernel refused has its errno here: for a route that is an answer, not a failure.
struct NetlinkAnswer {
  int refused_errno = 0;
  NetlinkReply reply;
};

class NetlinkSocket {
 public:
  static Result<NetlinkSocket> open();

  // One message, or with NLM_F_DUMP all there are.
  Result<NetlinkAnswer> ask(const NetlinkRequest& request);

 private:
  struct Closer {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  explicit NetlinkSocket(mnl_socket* socket);

  std::unique_ptr<mnl_socket, Closer> socket_;
  std::vector<std::byte> buffer_;
};

// Everything the kernel has of one kind, nothing if it is built without that; a table that changed
// meanwhile is read again.
Result<NetlinkReply> dump(std::uint16_t type);

// Four or sixteen bytes in network order.
std::optional<net::IpAddress> parse_address(Bytes bytes);

// Typed views of the attributes after a message's fixed part (or inside another attribute); an
// attribute that is missing or of the wrong length is nothing.
class NetlinkAttributes {
 public:
  NetlinkAttributes(const nlmsghdr& message, std::size_t body_size);
  explicit NetlinkAttributes(Bytes attributes) : bytes_(attributes) {}

  std::optional<Bytes> bytes(std::uint16_t type) const;
  std::optional<std::uint32_t> number(std::uint16_t type) const;
  std::optional<std::string> text(std::uint16_t type) const;
  std::optional<net::IpAddress> address(std::uint16_t type) const;

 private:
  Bytes bytes_;
};

}  // namespace masscan::host
