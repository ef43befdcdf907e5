#include "host/firewall.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/file.h"
#include "base/time.h"

namespace masscan::host {
namespace {

constexpr auto kAnswerLimit = 5s;
constexpr std::string_view kComplaint = "Error: ";  // how one of nft's begins
constexpr std::string_view kNoProgram = "Error: there is no program nft\n";

// After fork, in the child: only system calls. Away from our terminal, so that Ctrl-C is ours alone
// and the rule stays while the scan drains; dead when the thread that made us is.
[[noreturn]] void become_nft(int channel, pid_t parent) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it died before the line above
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(channel, fd);
  std::array<char*, 3> arguments = {const_cast<char*>("nft"), const_cast<char*>("-i"), nullptr};
  // Without a home directory nft keeps no file of its command history.
  std::array<char*, 2> environment = {const_cast<char*>("HOME=/dev/null"), nullptr};
  ::execvpe("nft", arguments.data(), environment.data());
  ::execve("/usr/sbin/nft", arguments.data(), environment.data());  // not in every user's PATH
  ::send(STDERR_FILENO, kNoProgram.data(), kNoProgram.size(), MSG_NOSIGNAL);
  ::_exit(EXIT_FAILURE);
}

// One more text from the child within the time left; nothing at its end, or if it says nothing.
std::optional<std::string> read_some(int fd, Instant deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now());
    pollfd readable = {.fd = fd, .events = POLLIN, .revents = 0};
    const int count = ::poll(&readable, 1, static_cast<int>(std::max(left.count(), 0l)));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    std::array<char, 4096> chunk;
    const ssize_t size = ::read(fd, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    return std::string(chunk.data(), static_cast<std::size_t>(size));
  }
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// The first line of its first complaint, once that is complete.
std::optional<std::string_view> complaint(std::string_view text) {
  const std::size_t start = text.find(kComplaint);
  if (start == text.npos) return std::nullopt;
  const std::string_view rest = text.substr(start + kComplaint.size());
  if (rest.find('\n') == rest.npos) return std::nullopt;
  return first_line(rest);
}

// What the child says until it has shown a whole table or complained.
std::string read_listing(int fd) {
  const Instant deadline = now() + kAnswerLimit;
  std::string text;
  while (!text.ends_with("\n}\n") && !complaint(text)) {
    const std::optional<std::string> more = read_some(fd, deadline);
    if (!more) break;
    text += *more;
  }
  return text;
}

// The condition on destination addresses of one family, and the verdict.
std::string drop_rule(std::string_view family, const std::vector<std::string>& addresses,
                      net::PortRange ports) {
  return fmt::format("{} daddr {{ {} }} tcp dport {} drop", family, fmt::join(addresses, ", "),
                     to_string(ports));
}

std::vector<std::string> make_rules(std::span<const net::IpAddress> sources, net::PortRange ports) {
  std::vector<std::string> v4;
  std::vector<std::string> v6;
  for (const net::IpAddress& source : sources) {
    (source.is_v4() ? v4 : v6).push_back(to_string(source));
  }
  if (sources.empty()) return {fmt::format("tcp dport {} drop", to_string(ports))};
  std::vector<std::string> rules;
  if (!v4.empty()) rules.push_back(drop_rule("ip", v4, ports));
  if (!v6.empty()) rules.push_back(drop_rule("ip6", v6, ports));
  return rules;
}

// Priority raw comes before connection tracking would judge the segment. Not the hook prerouting:
// that would also take traffic which this machine forwards.
std::string make_script(std::string_view table, const std::vector<std::string>& rules) {
  std::string script = fmt::format(
      "add table inet {0} {{ flags owner; }}\n"
      "add chain inet {0} input {{ type filter hook input priority raw; policy accept; }}\n",
      table);
  for (const std::string& rule : rules) {
    script += fmt::format("add rule inet {} input {}\n", table, rule);
  }
  return script + fmt::format("list table inet {}\n", table);
}

// The listing has the rules in nft's own layout, so only their number and verdict are compared.
bool shows_rules(std::string_view listing, std::size_t count) {
  std::size_t drops = 0;
  while (!listing.empty()) {
    const std::string_view line = first_line(listing);
    if (line.ends_with(" drop")) ++drops;
    listing.remove_prefix(std::min(line.size() + 1, listing.size()));
  }
  return drops == count;
}

// False if the child is gone.
bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<Firewall> Firewall::open(std::span<const net::IpAddress> sources, net::PortRange ports) {
  const std::vector<std::string> rules = make_rules(sources, ports);
  Firewall firewall;
  firewall.table_ = fmt::format("masscan-{}-{}", ::getpid(), ports.first);
  firewall.rule_ = fmt::format("{}", fmt::join(rules, "; "));
  TRY(firewall.start_child());
  send_all(firewall.channel_.get(), make_script(firewall.table_, rules));
  const std::string listing = read_listing(firewall.channel_.get());
  if (!complaint(listing) && shows_rules(listing, rules.size())) return firewall;
  return run_error(
      "no firewall rule against the kernel's resets: {}; type as root: "
      "iptables -I INPUT -p tcp --dport {}:{} -j DROP (and the same with ip6tables)",
      complaint(listing).value_or("nft does not answer"), ports.first, ports.last);
}

Result<void> Firewall::start_child() {
  std::array<int, 2> fds;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    return run_error("cannot make a socket pair: {}", last_system_error());
  }
  channel_ = UniqueFd(fds[0]);
  const UniqueFd theirs(fds[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return run_error("cannot start nft: {}", last_system_error());
  if (child == 0) become_nft(theirs.get(), parent);
  child_ = child;
  return {};
}

Firewall::~Firewall() {
  if (child_ == 0) return;
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace masscan::host
