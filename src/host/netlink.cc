#include "host/netlink.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace masscan::host {
namespace {

constexpr std::size_t kReceiveBytes = 65536;  // the kernel fills at most 32 kB of it
constexpr int kDumpAttempts = 16;

// Messages start at multiples of four, even if the previous length is odd.
int append_message(const nlmsghdr* message, void* to) {
  auto& bytes = *static_cast<std::vector<std::byte>*>(to);
  const auto* data = reinterpret_cast<const std::byte*>(message);
  bytes.insert(bytes.end(), data, data + message->nlmsg_len);
  bytes.resize(NLMSG_ALIGN(bytes.size()));
  return MNL_CB_OK;
}

}  // namespace

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr* message = mnl_nlmsg_put_header(buffer_.data());
  message->nlmsg_type = type;
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
}

void NetlinkRequest::add(std::uint16_t type, const net::IpAddress& address) {
  std::array<std::byte, 16> bytes;
  if (address.is_v4()) {
    store_be(bytes, 0, address.v4().number());
    mnl_attr_put(header(), type, 4, bytes.data());
  } else {
    store_be(bytes, 0, address.high());
    store_be(bytes, 8, address.low());
    mnl_attr_put(header(), type, 16, bytes.data());
  }
}

void NetlinkRequest::add_port(std::uint16_t type, std::uint16_t port) {
  std::array<std::byte, 2> bytes;
  store_be(bytes, 0, port);
  mnl_attr_put(header(), type, bytes.size(), bytes.data());
}

NetlinkSocket::NetlinkSocket(mnl_socket* socket) : socket_(socket), buffer_(kReceiveBytes) {}

Result<NetlinkSocket> NetlinkSocket::open() {
  NetlinkSocket result(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (result.socket_ == nullptr) {
    return run_error("cannot open a netlink socket: {}", last_system_error());
  }
  if (mnl_socket_bind(result.socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return run_error("cannot bind a netlink socket: {}", last_system_error());
  }
  return result;
}

Result<NetlinkAnswer> NetlinkSocket::ask(const NetlinkRequest& request) {
  if (mnl_socket_sendto(socket_.get(), request.header(), request.header()->nlmsg_len) < 0) {
    return run_error("cannot ask the kernel by netlink: {}", last_system_error());
  }
  std::vector<std::byte> messages;
  const unsigned port = mnl_socket_get_portid(socket_.get());
  for (;;) {
    const ssize_t count = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return run_error("no answer by netlink: {}", last_system_error());
    const int state = mnl_cb_run(buffer_.data(), static_cast<std::size_t>(count), 0, port,
                                 append_message, &messages);
    const bool is_dump = (request.header()->nlmsg_flags & NLM_F_DUMP) != 0;
    if (state == MNL_CB_OK && is_dump) continue;
    return NetlinkAnswer{state < 0 ? errno : 0, NetlinkReply(std::move(messages))};
  }
}

Result<NetlinkReply> dump(std::uint16_t type) {
  NetlinkRequest request(type, NLM_F_DUMP);
  request.body<rtgenmsg>();  // any address family
  for (int attempt = 1;; ++attempt) {
    NetlinkSocket socket = TRY(NetlinkSocket::open());  // a new one: no remains of an aborted dump
    NetlinkAnswer answer = TRY(socket.ask(request));
    if (answer.refused_errno == 0) return std::move(answer.reply);
    if (answer.refused_errno == EOPNOTSUPP) return NetlinkReply({});
    if (answer.refused_errno == EINTR && attempt < kDumpAttempts) continue;
    return run_error("the kernel did not list its network tables: {}",
                     std::strerror(answer.refused_errno));
  }
}

NetlinkAttributes::NetlinkAttributes(const nlmsghdr& message, std::size_t body_size) {
  const std::size_t header_bytes = NLMSG_HDRLEN + NLMSG_ALIGN(body_size);
  const auto* begin = reinterpret_cast<const std::byte*>(&message);
  bytes_ = Bytes(begin, message.nlmsg_len);
  bytes_ = bytes_.subspan(std::min(header_bytes, bytes_.size()));
}

std::optional<Bytes> NetlinkAttributes::bytes(std::uint16_t type) const {
  const auto* attribute = reinterpret_cast<const nlattr*>(bytes_.data());
  const std::byte* end = bytes_.data() + bytes_.size();
  while (mnl_attr_ok(attribute,
                     static_cast<int>(end - reinterpret_cast<const std::byte*>(attribute)))) {
    if (mnl_attr_get_type(attribute) == type) {
      return Bytes(static_cast<const std::byte*>(mnl_attr_get_payload(attribute)),
                   mnl_attr_get_payload_len(attribute));
    }
    attribute = mnl_attr_next(attribute);
  }
  return std::nullopt;
}

std::optional<std::uint32_t> NetlinkAttributes::number(std::uint16_t type) const {
  const std::optional<Bytes> value = bytes(type);
  if (!value || value->size() != 4) return std::nullopt;
  return load_le<std::uint32_t>(*value);
}

std::optional<std::string> NetlinkAttributes::text(std::uint16_t type) const {
  const std::optional<Bytes> value = bytes(type);
  if (!value) return std::nullopt;
  const std::string_view text = as_text(*value);
  return std::string(text.substr(0, text.find('\0')));
}

std::optional<net::IpAddress> NetlinkAttributes::address(std::uint16_t type) const {
  const std::optional<Bytes> value = bytes(type);
  return value ? parse_address(*value) : std::nullopt;
}

std::optional<net::IpAddress> parse_address(Bytes bytes) {
  if (bytes.size() == 4) return net::Ipv4Address(load_be<std::uint32_t>(bytes));
  if (bytes.size() != 16) return std::nullopt;
  return net::Ipv6Address(
      make_uint128(load_be<std::uint64_t>(bytes), load_be<std::uint64_t>(bytes, 8)));
}

}  // namespace masscan::host
