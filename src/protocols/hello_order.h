// Which hellos are said at a port, one after the other until the service is recognised.
//
// Most services speak first, or answer a request of HTTP with words that identify them (Izhikevich
// et al., "LZR: Identifying Unexpected Internet Services", 2021). So the order is short: the
// protocol that is expected at the port, or to listen; then HTTP.
// Owner: engine::Plan. Thread: any, once it is complete.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "banner/stream_protocol.h"

namespace masscan::protocols {

// Null: listen.
using Hellos = std::vector<const banner::StreamProtocol*>;

class HelloOrder {
 public:
  HelloOrder() = default;
  // What `add_hello` adds is inside.
  HelloOrder(const HelloOrder&) = delete;
  HelloOrder& operator=(const HelloOrder&) = delete;

  // Returns the hellos of a port, at least one. Valid until: the order changes or ends.
  const Hellos& of(std::uint16_t port) const;

  // Sets what is said at all ports, by a word of --hello: "http", "smbv1", "none". Another word, or
  // none, leaves it to the port.
  void set_word(std::string_view word);
  // Sets what is said at all ports, or at one.
  void set(Hellos hellos) { at_all_ = std::move(hellos); }
  void set(std::uint16_t port, Hellos hellos) { at_port_[port] = std::move(hellos); }
  // Has these bytes said at a port before anything else.
  void add_hello(std::uint16_t port, std::string bytes);

 private:
  struct OwnHello {
    std::string bytes;
    banner::StreamProtocol protocol;
  };

  Hellos at_all_;  // empty: by the port
  std::map<std::uint16_t, Hellos> at_port_;
  std::deque<OwnHello> own_;
};

}  // namespace masscan::protocols
