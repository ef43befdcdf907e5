// Keeps the local kernel from resetting our conversations. It owns our source address, sees
// answers to probes it never sent, and would reply with RST.
#pragma once

#include <span>
#include <string>
#include <sys/types.h>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::host {

// For as long as it lives, TCP segments to our source ports end before the local TCP; packet
// sockets and XDP see them earlier and lose nothing. No other traffic is touched.
//
// The rule sits in an nftables table with the flag `owner`, held by a child process `nft -i` that
// reads from our socket: when we end, however we do, the child sees end of file (or the signal for
// orphans) and the kernel deletes the table with the child's socket. Nobody else can change the
// table meanwhile (EPERM). The signal fires when the *thread* that called `open` ends: call it in
// `main`.
class Firewall {
 public:
  // Guards `ports` of the addresses `sources`, of every local address if there are none. Returns
  // once the kernel has shown the rule. Without `nft` or the right to use it the Error says which
  // rule to type.
  static Result<Firewall> open(std::span<const net::IpAddress> sources, net::PortRange ports);

  Firewall(Firewall&& other) noexcept
      : child_(std::exchange(other.child_, 0)),
        channel_(std::move(other.channel_)),
        table_(std::move(other.table_)),
        rule_(std::move(other.rule_)) {}
  Firewall& operator=(Firewall&& other) = delete;
  ~Firewall();

  // The table's name ("masscan-1234-61008") and its rule, in nft's language.
  const std::string& table() const { return table_; }
  const std::string& rule() const { return rule_; }

 private:
  Firewall() = default;

  Result<void> start_child();

  pid_t child_ = 0;   // ours to reap
  UniqueFd channel_;  // the child's standard input and output
  std::string table_;
  std::string rule_;
};

}  // namespace masscan::host
