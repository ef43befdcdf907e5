// Whether the interfaces of a scan can still be used, from what the kernel says of them
// (rtnetlink). Pure: it is handed messages.
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

// An interface, and what of it must not change.
struct WatchedLink {
  int index = 0;  // the kernel's
  std::string name{};
  net::MacAddress mac{};                    // zero: it may be any
  std::vector<net::IpAddress> addresses{};  // which the kernel must own, on whatever interface
};

enum class LinkTrouble : std::uint8_t {
  kNone,
  kDown,       // the administrator's will
  kNoCarrier,  // nobody at the other end of the wire
  kOtherMac,   // ours is another one now
  kNoAddress,  // one of ours has been taken away
  kGone,       // for good: one of the same name would be another interface
};

// "is down", "has no carrier", ...: what follows the interface's name in a sentence.
std::string_view describe(LinkTrouble trouble);

class LinkStates {
 public:
  explicit LinkStates(std::vector<WatchedLink> links);

  // Takes any number of messages about links and addresses; others mean nothing.
  void take(Bytes messages);
  // The kernel will now tell of everything there is: what it has not told of by `end_dump` is gone.
  void begin_dump();
  void end_dump();
  // Messages were lost: there may have been an outage among them.
  void suspect() { ++outages_; }

  LinkTrouble trouble(std::size_t link) const;
  const WatchedLink& link(std::size_t link) const { return states_[link].link; }
  std::size_t size() const { return states_.size(); }
  // How often the trouble of a link was another one than before, and not none. Also counts one that
  // is over when somebody looks.
  std::uint64_t outages() const { return outages_; }

 private:
  struct State {
    WatchedLink link;
    bool is_there = true;
    bool is_up = true;
    bool has_carrier = true;
    bool had_carrier = false;  // some never have, and work
    bool has_mac = true;
    std::vector<bool> has_address;  // as `link.addresses`
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
