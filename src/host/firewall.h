// Keeps the local kernel from resetting our conversations. It owns our source address, sees
// answers to probes it never sent, and would reply with RST.
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

// For as long as it lives, TCP segments to our source ports end before the local TCP; packet
// sockets and XDP see them earlier and lose nothing. No other traffic is touched.
//
// The rule sits in an nftables table that goes when we end, however we do. A child `nft` sees to
// that, in one of two ways:
// - The table has the flag `owner` (Linux 5.12, nft 0.9.9): the kernel deletes it with the child's
//   socket, and nobody else can change it meanwhile (EPERM). The child ends with the *thread* that
//   called `open`: call it in `main`.
// - Elsewhere the child deletes the table when we end. If it was killed too, the table stays until
//   the next `open` there, which deletes what no living process holds.
class Firewall {
 public:
  // Guards `ports` of the addresses `sources`, of every local address if there are none. Returns
  // once the kernel has shown the rule. Without `nft` or the right to use it the Error says which
  // rule to type.
  static Result<Firewall> open(std::span<const net::IpAddress> sources, net::PortRange ports);
  // Always the second way.
  static Result<Firewall> open_without_owner(std::span<const net::IpAddress> sources,
                                             net::PortRange ports);

  // False: the child was killed, and the rule may be gone with it.
  bool is_held() { return holder_.is_alive(); }
  // A child and a table like those that are gone. In the thread that called `open`.
  Result<void> renew();

  // The table's name ("masscan-1234-9ba63f50") and its rule, in nft's language.
  const std::string& table() const { return table_; }
  const std::string& rule() const { return rule_; }

 private:
  // Makes a table with these rules, and what holds it.
  using Hold = Result<Nft>(const std::string& table, const std::vector<std::string>& rules);
  static Result<Firewall> make(std::vector<std::string> rules, net::PortRange ports, Hold& hold);

  Firewall(std::string table, std::vector<std::string> rules, net::PortRange ports, Hold& hold,
           UniqueFd name, Nft holder);

  std::string table_;
  std::vector<std::string> rules_;
  std::string rule_;
  net::PortRange ports_;
  Hold* hold_;
  UniqueFd name_;  // while it is open, the table is alive
  Nft holder_;     // the table goes with it
};

}  // namespace masscan::host
