#include "protocols/hello_order.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/desktop/protocols.h"
#include "protocols/stream_table.h"

namespace masscan::protocols {
namespace {

using banner::StreamProtocol;

constexpr std::size_t kPorts = 65536;

banner::StreamStep read_nothing(const banner::Stream& /*stream*/, banner::StreamOutput& /*out*/) {
  return banner::StreamStep::foreign();
}

// Returns the usual hellos: of a protocol that speaks first if we do, of HTTP after a silence.
Hellos usual(const StreamProtocol* expected) {
  const bool is_asked = expected != nullptr && expected->has_hello();
  Hellos hellos = {is_asked ? expected : nullptr};
  const StreamProtocol* const http = expected_at(80);
  if (http != nullptr && http != expected) hellos.push_back(http);
  return hellos;
}

// Indexed by port.
const std::vector<const Hellos*>& usual_by_port() {
  static const std::vector<const Hellos*> table = [] {
    static std::map<const StreamProtocol*, Hellos> by_protocol;
    std::vector<const Hellos*> of_port(kPorts);
    for (std::size_t port = 0; port < kPorts; ++port) {
      const StreamProtocol* const expected = expected_at(static_cast<std::uint16_t>(port));
      of_port[port] = &by_protocol.try_emplace(expected, usual(expected)).first->second;
    }
    return of_port;
  }();
  return table;
}

}  // namespace

const Hellos& HelloOrder::of(std::uint16_t port) const {
  if (const auto found = at_port_.find(port); found != at_port_.end()) return found->second;
  return at_all_.empty() ? *usual_by_port()[port] : at_all_;
}

void HelloOrder::set_word(std::string_view word) {
  if (word == "http") set({expected_at(80)});
  if (word == "smbv1") set({&kSmb1});
  if (word == "none") set({nullptr});
}

void HelloOrder::add_hello(std::uint16_t port, std::string bytes) {
  const auto known = stream_protocols();
  const auto same = std::ranges::find(known, std::string_view(bytes), &StreamProtocol::hello);
  if (same != known.end()) {
    at_port_[port] = {*same};
    return;
  }
  OwnHello& own = own_.emplace_back(OwnHello{.bytes = std::move(bytes), .protocol = {}});
  own.protocol = {.name = "the user's hello", .hello = own.bytes, .read = read_nothing};
  at_port_[port] = {&own.protocol};
}

}  // namespace masscan::protocols
