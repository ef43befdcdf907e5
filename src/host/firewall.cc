#include "host/firewall.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"

namespace masscan::host {
namespace {

constexpr std::string_view kPrefix = "masscan-";
constexpr std::size_t kMarkDigits = 8;

std::vector<std::string> make_rules(std::span<const net::IpAddress> sources, net::PortRange ports,
                                    std::span<const net::Transport> transports) {
  std::vector<std::string> v4;
  std::vector<std::string> v6;
  for (const net::IpAddress& source : sources) {
    (source.is_v4() ? v4 : v6).push_back(to_string(source));
  }
  std::vector<std::string> rules;
  for (const net::Transport transport : transports) {
    const std::string drop = fmt::format("{} dport {} drop", name(transport), to_string(ports));
    if (sources.empty()) rules.push_back(drop);
    if (!v4.empty())
      rules.push_back(fmt::format("ip daddr {{ {} }} {}", fmt::join(v4, ", "), drop));
    if (!v6.empty())
      rules.push_back(fmt::format("ip6 daddr {{ {} }} {}", fmt::join(v6, ", "), drop));
  }
  return rules;
}

std::string make_name() {
  return fmt::format("{}{}-{:08x}", kPrefix, ::getpid(), random_uint64() >> 32);
}

bool is_our_name(std::string_view table) {
  if (!table.starts_with(kPrefix)) return false;
  table.remove_prefix(kPrefix.size());
  const std::size_t dash = std::min(table.find('-'), table.size());
  const std::string_view mark = table.substr(std::min(dash + 1, table.size()));
  return parse_number<std::uint32_t>(table.substr(0, dash)) && mark.size() == kMarkDigits &&
         parse_number<std::uint32_t>(mark, 16);
}

// Marks the table as in use for `delete_leftovers`. An abstract unix socket belongs to the same
// network namespace as the table and ends with its process. A process id is unsuitable: it is
// reused, and another container may have the same. Returns a closed descriptor if the name is
// taken.
UniqueFd take_name(const std::string& table) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = "masscan/firewall/" + table;
  CHECK(path.size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path + 1, path.data(), path.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + path.size());
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size);
  return bound == 0 ? std::move(socket) : UniqueFd();
}

// Priority raw comes before connection tracking sees the segment. The hook is not prerouting, which
// would also match forwarded traffic.
std::string make_script(std::string_view table, std::string_view flags,
                        const std::vector<std::string>& rules) {
  std::string script = fmt::format(
      "add table inet {0} {{ {1} }}\n"
      "add chain inet {0} input {{ type filter hook input priority raw; policy accept; }}\n",
      table, flags);
  for (const std::string& rule : rules) {
    script += fmt::format("add rule inet {} input {}\n", table, rule);
  }
  return script + fmt::format("list table inet {}\n", table);
}

std::string delete_command(std::string_view table) {
  return fmt::format("delete table inet {}\n", table);
}

// Compares only the number of rules and their verdict, because nft lists them in its own layout.
bool shows_rules(std::string_view listing, std::size_t count) {
  std::size_t drops = 0;
  while (!listing.empty()) {
    if (take_line(listing).ends_with(" drop")) ++drops;
  }
  return drops == count;
}

// Returns once the kernel has listed the table.
Result<void> make_table(Nft& nft, std::string_view table, std::string_view flags,
                        const std::vector<std::string>& rules) {
  nft.tell(make_script(table, flags, rules));
  const std::string listing = nft.hear_table();
  if (const auto complaint = find_complaint(listing)) return run_error("{}", *complaint);
  if (!shows_rules(listing, rules.size())) return run_error("nft does not answer");
  return {};
}

Result<Nft> hold_as_owner(const std::string& table, const std::vector<std::string>& rules) {
  Nft nft = TRY(Nft::start());
  TRY(make_table(nft, table, "flags owner;", rules));
  return nft;
}

// Deletes the tables of scans that were killed together with their child.
Result<void> delete_leftovers() {
  Nft lister = TRY(Nft::start());
  lister.tell("list tables inet\n");
  const std::string text = lister.hear_all();
  if (const auto complaint = find_complaint(text)) return run_error("{}", *complaint);
  constexpr std::string_view kBefore = "table inet ";
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (!line.starts_with(kBefore)) continue;
    const std::string table(line.substr(kBefore.size()));
    if (!is_our_name(table)) continue;
    const UniqueFd name = take_name(table);
    if (name.is_open()) TRY(Nft::start_for_the_end(delete_command(table)));
  }
  return {};
}

// Starts the child that deletes the table before the table exists.
Result<Nft> hold_without_owner(const std::string& table, const std::vector<std::string>& rules) {
  TRY(delete_leftovers());
  Nft holder = TRY(Nft::start_for_the_end(delete_command(table)));
  Nft maker = TRY(Nft::start());
  TRY(make_table(maker, table, "", rules));
  return holder;
}

Error no_rule(const Error& reason, net::PortRange ports) {
  return run_error(
      "no firewall rule against the kernel's resets: {}; type as root: "
      "iptables -I INPUT -p tcp --dport {}:{} -j DROP (and the same with ip6tables)",
      reason.message, ports.first, ports.last);
}

}  // namespace

// nft and kernels without owner support refuse the first way with various messages. An error that
// concerns both ways is found by the second one too.
Result<Firewall> Firewall::open(std::span<const net::IpAddress> sources, net::PortRange ports,
                                std::span<const net::Transport> transports) {
  Result<Firewall> firewall = make(make_rules(sources, ports, transports), ports, hold_as_owner);
  return firewall ? std::move(firewall) : open_without_owner(sources, ports, transports);
}

Result<Firewall> Firewall::open_without_owner(std::span<const net::IpAddress> sources,
                                              net::PortRange ports,
                                              std::span<const net::Transport> transports) {
  return make(make_rules(sources, ports, transports), ports, hold_without_owner);
}

// A table without an owner still exists. Once its name is closed, making the new table deletes it
// as a leftover.
Result<void> Firewall::renew() {
  name_.reset();
  *this = TRY(make(rules_, ports_, *hold_));
  return {};
}

Result<Firewall> Firewall::make(std::vector<std::string> rules, net::PortRange ports, Hold& hold) {
  std::string table = make_name();
  UniqueFd name = take_name(table);
  if (!name.is_open()) {
    return no_rule(run_error("cannot open a unix socket: {}", last_system_error()), ports);
  }
  Result<Nft> holder = hold(table, rules);
  if (!holder) return no_rule(holder.error(), ports);
  return Firewall(std::move(table), std::move(rules), ports, hold, std::move(name),
                  std::move(holder).value());
}

Firewall::Firewall(std::string table, std::vector<std::string> rules, net::PortRange ports,
                   Hold& hold, UniqueFd name, Nft holder)
    : table_(std::move(table)),
      rules_(std::move(rules)),
      rule_(fmt::format("{}", fmt::join(rules_, "; "))),
      ports_(ports),
      hold_(&hold),
      name_(std::move(name)),
      holder_(std::move(holder)) {}

}  // namespace masscan::host
