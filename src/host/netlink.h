// Queries of the kernel's routing tables (rtnetlink), used at start-up only.
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

// One request under construction: a header, the fixed part, then attributes.
class NetlinkRequest {
 public:
  // `type` is RTM_GETLINK and the like; `flags` are added to NLM_F_REQUEST.
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  // Appends the fixed part behind the netlink header, zeroed. REQUIRES: called once, before `add`.
  template <typename T>
  T& body() {
    return *static_cast<T*>(mnl_nlmsg_put_extra_header(header(), sizeof(T)));
  }
  void add(std::uint16_t type, const net::IpAddress& address);
  // Appends an attribute; numbers are in host order.
  void add(std::uint16_t type, std::uint32_t number) { mnl_attr_put_u32(header(), type, number); }
  void add(std::uint16_t type, std::uint8_t number) { mnl_attr_put_u8(header(), type, number); }
  void add_port(std::uint16_t type, std::uint16_t port);
  const nlmsghdr* header() const { return reinterpret_cast<const nlmsghdr*>(buffer_.data()); }

 private:
  nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

  alignas(nlmsghdr) std::array<std::byte, 256> buffer_{};
};

// The kernel's complete reply to one request.
class NetlinkReply {
 public:
  explicit NetlinkReply(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  Bytes bytes() const { return bytes_; }

  // Calls `visit(const nlmsghdr&)` for every message of this type. Valid until: the reply is
  // destroyed.
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

// A refusal holds its errno here: for a route it is an answer, not a failure.
struct NetlinkAnswer {
  int refused_errno = 0;
  NetlinkReply reply;
};

class NetlinkSocket {
 public:
  static Result<NetlinkSocket> open();

  // Returns one message, or all objects with NLM_F_DUMP.
  Result<NetlinkAnswer> ask(const NetlinkRequest& request);

 private:
  struct Closer {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  explicit NetlinkSocket(mnl_socket* socket);

  std::unique_ptr<mnl_socket, Closer> socket_;
  std::vector<std::byte> buffer_;
};

// Returns all objects of one kind; none if the kernel is built without it. Repeats the dump if the
// table changed meanwhile.
Result<NetlinkReply> dump(std::uint16_t type);

// Parses four or sixteen bytes in network order.
std::optional<net::IpAddress> parse_address(Bytes bytes);

// Typed access to the attributes after a message's fixed part, or inside another attribute. Returns
// nullopt for an attribute that is missing or has the wrong length.
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
