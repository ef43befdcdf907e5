#include "sim/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sim/truth.h"

namespace masscan::sim {
namespace {

using namespace wire::tcp_flag;

constexpr stack::TcpConnection::Config kOpen = {.options = {.mss = 1460}};
constexpr stack::TcpConnection::Config kShutConfig = {.options = {.mss = 1460}, .max_received = 0};
constexpr Duration kTarpitPause = 5s;
constexpr std::uint32_t kBlock = 20000;  // what an endless service says at a time
constexpr std::size_t kLargePage = 300'000;

const stack::TcpConnection::Config& config_of(Service service) {
  return service == Service::kShut ? kShutConfig : kOpen;
}

// Which share of the ports is of each kind, of 100.
constexpr std::array<std::pair<Service, int>, 9> kShares = {{{Service::kWeb, 40},
                                                             {Service::kShell, 30},
                                                             {Service::kLargeWeb, 4},
                                                             {Service::kSilent, 6},
                                                             {Service::kClosing, 4},
                                                             {Service::kResetting, 4},
                                                             {Service::kTarpit, 4},
                                                             {Service::kEndless, 4},
                                                             {Service::kShut, 4}}};

}  // namespace

Result<Services> Services::open(std::uint64_t key) {
  constexpr std::size_t kMemory = std::size_t{64} << 20;
  return Services(key, TRY(stack::BufferPool::open(kMemory)));
}

std::uint64_t Services::hash(const net::IpAddress& address, std::uint16_t port) const {
  return truth_service(key_, address.high(), address.low(), port);
}

Service Services::at(const net::IpAddress& address, std::uint16_t port) const {
  auto chosen = static_cast<int>(hash(address, port) % 100);
  for (const auto& [service, share] : kShares) {
    if (chosen < share) return service;
    chosen -= share;
  }
  return Service::kSilent;
}

std::string Services::words(const net::IpAddress& address, std::uint16_t port) const {
  switch (at(address, port)) {
    case Service::kWeb:
    case Service::kLargeWeb:
    case Service::kShell:
      return fmt::format("sim_{:016x}", hash(address, port));
    default:
      return "";
  }
}

std::uint32_t Services::initial_sequence(const net::IpAddress& address, std::uint16_t port) const {
  return static_cast<std::uint32_t>(hash(address, port) >> 8);
}

// Returns all that a service says in answer to a request, or at first.
std::string Services::answer(const Ends& ends) const {
  const std::string own = words(ends.service, ends.port);
  switch (at(ends.service, ends.port)) {
    case Service::kShell:
      return fmt::format("SSH-2.0-{}\r\n", own);
    case Service::kWeb:
    case Service::kLargeWeb: {
      const bool is_large = at(ends.service, ends.port) == Service::kLargeWeb;
      std::string body = fmt::format("<html><title>{}</title>", own);
      body.resize(is_large ? kLargePage : body.size() + own.back() * 20u, ' ');
      return fmt::format("HTTP/1.1 200 OK\r\nServer: {}\r\nContent-Length: {}\r\n\r\n{}", own,
                         body.size(), body);
    }
    case Service::kEndless:
      return std::string(kBlock, 'x');
    default:
      return "";
  }
}

void Services::on_segment(const wire::Packet& packet, const wire::TcpView& segment, Instant now,
                          Send send) {
  const Ends ends = {.service = packet.destination,
                     .port = segment.destination_port(),
                     .client = packet.source,
                     .client_port = segment.source_port()};
  const auto& config = config_of(at(ends.service, ends.port));
  auto found = connections_.find(ends);
  if (found == connections_.end()) {
    if (segment.has_flags(kRst)) return;
    const std::uint32_t first = initial_sequence(ends.service, ends.port) + 1;
    const bool is_first = segment.has_flags(kAck) && segment.acknowledgment() == first;
    if (!is_first || ended_.contains(ends))
      return send({.sequence = segment.acknowledgment(), .flags = kRst}, {});
    found = connections_.emplace(ends, accept(ends, segment, now)).first;
  }
  Connection& connection = found->second;
  connection.send = std::move(send);
  connection.tcp.on_segment(config, segment, connection.received, pool_, now);
  act(ends, connection, now);
}

// The connection is open: as if the client had sent a SYN-ACK with the numbers that we know.
Services::Connection Services::accept(const Ends& ends, const wire::TcpView& segment,
                                      Instant now) const {
  const Service service = at(ends.service, ends.port);
  const wire::TcpHeader known{.sequence = segment.sequence() - 1,
                              .acknowledgment = segment.acknowledgment(),
                              .window = segment.window()};
  std::array<std::byte, wire::TcpHeader::kMinLength> bytes;
  known.emit(bytes, ends.client, ends.service);
  const bool speaks_first = service == Service::kShell || service == Service::kEndless ||
                            service == Service::kTarpit || service == Service::kClosing;
  return {.tcp = stack::TcpConnection::accepted(config_of(service), *wire::TcpView::parse(bytes),
                                                Duration{0}, now),
          .speaks_at = speaks_first ? now : Instant::max()};
}

// Says what is due, and closes.
void Services::act(const Ends& ends, Connection& connection, Instant now) {
  const Service service = at(ends.service, ends.port);
  const bool was_asked = as_text(connection.received.bytes()).find("\r\n\r\n") != std::string::npos;
  const bool is_web = service == Service::kWeb || service == Service::kLargeWeb;
  if (is_web && was_asked && !connection.has_answered) connection.speaks_at = now;
  if (service == Service::kResetting && connection.received.size() > 0) connection.tcp.abort();
  if (connection.speaks_at <= now && connection.tcp.can_ask()) speak(ends, connection, now);
  if (connection.tcp.peer_has_ended()) connection.tcp.finish();
  const std::string said = service == Service::kTarpit ? "." : answer(ends);
  while (const auto segment = connection.tcp.next(config_of(service), connection.received, now))
    connection.send(segment->header,
                    as_bytes(said).subspan(segment->data_at, segment->data_length));
  due_.erase({connection.due, ends});
  if (connection.tcp.is_closed()) {
    connection.received.clear(pool_);
    ended_.insert(ends);
    connections_.erase(ends);
    return;
  }
  const Instant speaks = connection.tcp.can_ask() ? connection.speaks_at : Instant::max();
  connection.due = std::min(connection.tcp.deadline(), speaks);
  if (connection.due != Instant::max()) due_.emplace(connection.due, ends);
}

void Services::speak(const Ends& ends, Connection& connection, Instant now) {
  const Service service = at(ends.service, ends.port);
  const bool is_endless = service == Service::kTarpit || service == Service::kEndless;
  const std::size_t size = service == Service::kTarpit ? 1 : answer(ends).size();
  connection.has_answered = true;
  connection.speaks_at = Instant::max();
  if (size > 0) connection.tcp.ask(static_cast<std::uint32_t>(size));
  if (service == Service::kTarpit) connection.speaks_at = now + kTarpitPause;
  if (service == Service::kEndless) connection.speaks_at = now;
  if (!is_endless && service != Service::kShell) connection.tcp.finish();
}

void Services::advance(Instant now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const Ends ends = due_.begin()->second;
    act(ends, connections_.at(ends), now);
  }
}

std::optional<Instant> Services::next_due() const {
  return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
}

}  // namespace masscan::sim
