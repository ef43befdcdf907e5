// Prevents the local kernel from answering replies to our probes. The kernel owns our source
// address, sees replies to probes that it did not send, and would answer with a RST or an ICMP
// error.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "host/nft.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::host {

// While the object lives, packets of the probed transports to our source ports are dropped before
// the local sockets. Packet sockets and XDP see them earlier and lose nothing. No other traffic is
// affected.
//
// The rule is in an nftables table that is deleted when the process ends, even by a signal. A child
// process `nft` does that, in one of two ways:
// - The table has the flag `owner` (Linux 5.12, nft 0.9.9): the kernel deletes it with the child's
//   socket, and no other process can change it (EPERM).
// - Otherwise the child deletes the table when we end. If the child was killed too, the table stays
//   until the next `open`, which deletes tables that no running process uses.
// Thread: the one that called `open`, the main thread: the child of the first way ends with it.
class Firewall {
 public:
  // Drops packets of these transports to `ports` of the addresses `sources`, or of every local
  // address if there are none. REQUIRES: transports with ports. Returns once the kernel has listed
  // the rule. Errors: no `nft` or no privilege; the Error says which rule to add by hand.
  static Result<Firewall> open(std::span<const net::IpAddress> sources, net::PortRange ports,
                               std::span<const net::Transport> transports);
  // Always uses the second way.
  static Result<Firewall> open_without_owner(std::span<const net::IpAddress> sources,
                                             net::PortRange ports,
                                             std::span<const net::Transport> transports);

  // Returns false if the child was killed; the rule may then be gone.
  bool is_held() { return holder_.is_alive(); }
  // Starts a new child and makes a new table.
  Result<void> renew();

  // Return the table's name ("masscan-1234-9ba63f50") and its rule in nft's syntax.
  const std::string& table() const { return table_; }
  const std::string& rule() const { return rule_; }

 private:
  // Makes a table with these rules and the child that keeps it.
  using Hold = Result<Nft>(const std::string& table, const std::vector<std::string>& rules);
  static Result<Firewall> make(std::vector<std::string> rules, net::PortRange ports, Hold& hold);

  Firewall(std::string table, std::vector<std::string> rules, net::PortRange ports, Hold& hold,
           UniqueFd name, Nft holder);

  std::string table_;
  std::vector<std::string> rules_;
  std::string rule_;
  net::PortRange ports_;
  Hold* hold_;
  UniqueFd name_;  // marks the table as in use while open
  Nft holder_;     // the table is deleted when this child ends
};

}  // namespace masscan::host
