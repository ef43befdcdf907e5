// Tells whether the interfaces of a scan are usable, from the kernel's messages (rtnetlink). Does
// no I/O: the messages are arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/mac_address.h"

struct nlmsghdr;

namespace masscan::host {

// An interface and the properties of it that must not change.
struct WatchedLink {
  int index = 0;  // of the kernel
  std::string name{};
  net::MacAddress mac{};                    // zero: not checked
  std::vector<net::IpAddress> addresses{};  // must exist, on any interface
};

enum class LinkTrouble : std::uint8_t {
  kNone,
  kDown,       // by the administrator
  kNoCarrier,  // the link is not connected
  kOtherMac,   // the MAC address changed
  kNoAddress,  // one of our addresses was removed
  kGone,       // for good: a new one with the same name is another interface
};

// Returns "is down", "has no carrier", ...: the predicate after the interface's name in a sentence.
std::string_view describe(LinkTrouble trouble);

class LinkStates {
 public:
  explicit LinkStates(std::vector<WatchedLink> links);

  // Processes any number of messages about links and addresses; ignores others.
  void take(Bytes messages);
  // Encloses a complete dump: what it does not contain by `end_dump` is gone.
  void begin_dump();
  void end_dump();
  // Reports that messages were lost: there may have been an outage.
  void suspect() { ++outages_; }

  LinkTrouble trouble(std::size_t link) const;
  const WatchedLink& link(std::size_t link) const { return states_[link].link; }
  std::size_t size() const { return states_.size(); }
  // Returns how often a link got a trouble, or another one. Includes outages that ended between two
  // calls.
  std::uint64_t outages() const { return outages_; }

 private:
  struct State {
    WatchedLink link;
    bool is_there = true;
    bool is_up = true;
    bool has_carrier = true;
    bool had_carrier = false;  // some links never have one and work
    bool has_mac = true;
    std::vector<bool> has_address;  // parallel to `link.addresses`
    LinkTrouble last = LinkTrouble::kNone;
  };

  static LinkTrouble trouble_of(const State& state);
  void take_link(const nlmsghdr& message);
  void take_address(const nlmsghdr& message);
  void look();

  std::vector<State> states_;
  bool is_dumping_ = false;
  std::uint64_t outages_ = 0;
};

}  // namespace masscan::host
