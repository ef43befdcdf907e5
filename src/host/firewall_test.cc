#include "host/firewall.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "host/test_network.h"

namespace masscan::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr net::PortRange kOurs = {61008, 61023};
constexpr std::uint16_t kOurPort = 61010;
constexpr std::uint16_t kOtherPort = 61024;
constexpr std::uint16_t kRemotePort = 80;
constexpr std::byte kSynAck{0x12};
constexpr std::byte kRst{0x04};

struct SocketAddress {
  std::array<std::byte, 28> bytes{};
  socklen_t size;

  explicit SocketAddress(const net::IpAddress& address) : size(address.is_v4() ? 16 : 28) {
    store_le<std::uint16_t>(bytes, 0, address.is_v4() ? AF_INET : AF_INET6);
    if (address.is_v4()) {
      store_be(bytes, 4, address.v4().number());
    } else {
      store_be(bytes, 8, address.high());
      store_be(bytes, 16, address.low());
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(bytes.data()); }
};

// Computes the checksum of a segment from an address to itself.
std::uint16_t tcp_checksum(const net::IpAddress& address, Bytes segment) {
  std::uint64_t sum = IPPROTO_TCP + segment.size();
  for (int end = 0; end < 2; ++end) {
    for (int shift = 0; shift < 64; shift += 16) {
      sum += ((address.low() >> shift) & 0xffff) + ((address.high() >> shift) & 0xffff);
    }
  }
  for (std::size_t i = 0; i < segment.size(); i += 2) sum += load_be<std::uint16_t>(segment, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// Sends an unsolicited SYN-ACK over loopback, like the answer of a scanned host.
void send_syn_ack(const net::IpAddress& address, std::uint16_t to_port) {
  std::array<std::byte, 20> segment{};
  store_be(segment, 0, kRemotePort);
  store_be(segment, 2, to_port);
  store_be(segment, 4, std::uint32_t{1000});
  store_be(segment, 8, std::uint32_t{2000});
  segment[12] = std::byte{5 << 4};
  segment[13] = kSynAck;
  store_be(segment, 14, std::uint16_t{1024});
  store_be(segment, 16, tcp_checksum(address, segment));
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const UniqueFd socket(::socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP));
  const SocketAddress to(address);
  ASSERT_EQ(::sendto(socket.get(), segment.data(), segment.size(), 0, to.get(), to.size), 20)
      << last_system_error();
}

// What a packet socket captures of the exchange with one of our ports.
class Capture {
 public:
  Capture()
      : socket_(
            ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, byte_swap(std::uint16_t{ETH_P_ALL}))) {
    const timeval limit = {.tv_sec = 0, .tv_usec = 50'000};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  // Reads until nothing arrives for 50 ms.
  void read() {
    std::array<std::byte, 2048> packet;
    for (;;) {
      const ssize_t size = ::recv(socket_.get(), packet.data(), packet.size(), 0);
      if (size < 40) break;
      const bool is_v4 = (packet[0] >> 4) == std::byte{4};
      judge(Bytes(packet).subspan(is_v4 ? 20 : 40, 20));
    }
  }
  bool saw_syn_ack() const { return saw_syn_ack_; }
  bool saw_rst() const { return saw_rst_; }

 private:
  void judge(Bytes segment) {
    if (segment[13] == kSynAck) saw_syn_ack_ = true;
    const bool is_to_remote = load_be<std::uint16_t>(segment, 2) == kRemotePort;
    if (is_to_remote && (segment[13] & kRst) != std::byte{0}) saw_rst_ = true;
  }

  UniqueFd socket_;
  bool saw_syn_ack_ = false;
  bool saw_rst_ = false;
};

std::string list_tables() {
  const UniqueFd file(::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  const std::string command =
      "nft list tables > /proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file.get());
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::array<char, 4096> text;
  const ssize_t size = ::pread(file.get(), text.data(), text.size(), 0);
  return std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

// True if the kernel resets the answer to a probe from `port`. The capture must see the answer in
// both cases.
bool is_reset(const net::IpAddress& address, std::uint16_t port) {
  Capture capture;
  send_syn_ack(address, port);
  capture.read();
  EXPECT_TRUE(capture.saw_syn_ack());
  return capture.saw_rst();
}

// Returns the only child of a process.
pid_t child_of(pid_t process) {
  const std::string id = std::to_string(process);
  const std::string children = read_file("/proc/" + id + "/task/" + id + "/children").value();
  return static_cast<pid_t>(std::stol(children));
}

// Changes to an unprivileged user with only the capability, as after setcap.
void become_nobody_with_net_admin() {
  ::prctl(PR_SET_KEEPCAPS, 1);
  EXPECT_EQ(::setresuid(65534, 65534, 65534), 0);
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  sets[0].permitted = sets[0].effective = 1u << CAP_NET_ADMIN;
  EXPECT_EQ(::syscall(SYS_capset, &header, sets.data()), 0);
}

struct Way {
  const char* name;
  decltype(&Firewall::open) open;
};

constexpr Way kOwner = {"Owner", Firewall::open};
constexpr Way kNoOwner = {"NoOwner", Firewall::open_without_owner};  // as before Linux 5.12

constexpr std::array kTransports = {net::Transport::kTcp, net::Transport::kUdp};

class FirewallTest : public TestNetwork, public ::testing::WithParamInterface<Way> {
 protected:
  static Firewall open(std::vector<net::IpAddress> sources = {}, net::PortRange ports = kOurs) {
    Result<Firewall> firewall = GetParam().open(sources, ports, kTransports);
    if (!firewall.has_value()) ADD_FAILURE() << firewall.error().message;
    return std::move(firewall).value();
  }
  static Result<Firewall> try_open() { return GetParam().open({}, kOurs, kTransports); }

  // Runs `body` in a child process, which sends its text through a pipe and then waits for a
  // signal. Returns the child's process id.
  template <typename Body>
  static pid_t start(Body body, std::string& text) {
    std::array<int, 2> fds;
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    const UniqueFd read_end(fds[0]);
    UniqueFd write_end(fds[1]);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto kept = body();
      const std::string said = describe(kept);
      (void)!::write(write_end.get(), said.data(), said.size());
      for (;;) ::pause();
    }
    std::array<char, 1024> chunk;
    const ssize_t size = ::read(read_end.get(), chunk.data(), chunk.size());
    text.assign(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return child;
  }
  static std::string describe(const Result<Firewall>& result) {
    return result.has_value() ? result->table() : result.error().message;
  }
  static void end(pid_t child, int signal) {
    ::kill(child, signal);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  }
  static bool vanishes(const std::string& table) {
    for (const Instant limit = now() + 2s; now() < limit;) {
      if (list_tables().find(table) == std::string::npos) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
};

class OwnerTest : public FirewallTest {};

TEST_P(FirewallTest, KeepsTheKernelFromResettingWhileItLives) {
  for (const net::IpAddress& address : {ip("127.0.0.1"), ip("::1")}) {
    SCOPED_TRACE(to_string(address));
    EXPECT_TRUE(is_reset(address, kOurPort)) << "the test itself does not work";
    {
      const Firewall firewall = open();
      EXPECT_FALSE(is_reset(address, kOurs.first));
      EXPECT_FALSE(is_reset(address, kOurs.last));
      EXPECT_TRUE(is_reset(address, kOtherPort));
    }
    EXPECT_TRUE(is_reset(address, kOurPort));
  }
}

TEST_P(FirewallTest, GuardsOnlyTheAddressesItIsGiven) {
  const Firewall firewall = open({ip("127.0.0.2"), ip("127.0.0.2"), ip("127.0.0.3"), ip("::1")});
  EXPECT_TRUE(is_reset(ip("127.0.0.1"), kOurPort));
  EXPECT_FALSE(is_reset(ip("127.0.0.2"), kOurPort));
  EXPECT_FALSE(is_reset(ip("127.0.0.3"), kOurPort));
  EXPECT_FALSE(is_reset(ip("::1"), kOurPort));
}

TEST_P(FirewallTest, GuardsASinglePort) {
  const Firewall firewall = open({}, {kOurPort, kOurPort});
  EXPECT_FALSE(is_reset(ip("::1"), kOurPort));
  EXPECT_TRUE(is_reset(ip("::1"), kOurPort + 1));
}

TEST_P(FirewallTest, LeavesOtherFirewallsAlone) {
  const Firewall first = open();
  {
    const Firewall second = open({}, {kOtherPort, kOtherPort});
    EXPECT_FALSE(is_reset(ip("127.0.0.1"), kOtherPort));
  }
  EXPECT_TRUE(is_reset(ip("127.0.0.1"), kOtherPort));
  EXPECT_FALSE(is_reset(ip("127.0.0.1"), kOurPort));
}

TEST_P(FirewallTest, LeavesNoTableAndNoZombie) {
  const std::string table = open().table();
  EXPECT_THAT(table, HasSubstr("masscan-" + std::to_string(::getpid())));
  EXPECT_EQ(list_tables(), "");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_P(FirewallTest, MovesWithItsTable) {
  Firewall first = open();
  const Firewall second = std::move(first);
  EXPECT_FALSE(is_reset(ip("127.0.0.1"), kOurPort));
}

// Returns the child process of the firewall.
pid_t only_child() {
  const std::string file = fmt::format("/proc/self/task/{}/children", ::getpid());
  const Result<std::string> text = read_file(file);
  EXPECT_TRUE(text.has_value());
  const auto child = parse_number<std::uint32_t>(trim(*text));
  EXPECT_TRUE(child.has_value()) << *text;
  return static_cast<pid_t>(child.value_or(0));
}

TEST_P(FirewallTest, IsRenewedWhenItsChildWasKilled) {
  {
    Firewall firewall = open({ip("::1")});
    const std::string before = firewall.table();
    EXPECT_TRUE(firewall.is_held());
    ::kill(only_child(), SIGKILL);
    for (const Instant limit = now() + 5s; firewall.is_held() && now() < limit;) {
      std::this_thread::sleep_for(1ms);
    }
    EXPECT_FALSE(firewall.is_held());
    const Result<void> renewed = firewall.renew();
    ASSERT_TRUE(renewed.has_value()) << renewed.error().message;
    EXPECT_TRUE(firewall.is_held());
    EXPECT_THAT(list_tables(), HasSubstr(firewall.table()));
    EXPECT_THAT(list_tables(), Not(HasSubstr(before)));
    EXPECT_FALSE(is_reset(ip("::1"), kOurPort));
    EXPECT_TRUE(is_reset(ip("127.0.0.1"), kOurPort));
  }
  EXPECT_EQ(list_tables(), "");
}

TEST_P(FirewallTest, VanishesWhenItsOwnerIsKilled) {
  for (const int signal : {SIGKILL, SIGTERM, SIGHUP}) {
    std::string table;
    const pid_t owner = start(try_open, table);
    EXPECT_THAT(list_tables(), HasSubstr(table));
    end(owner, signal);
    EXPECT_TRUE(vanishes(table)) << "after signal " << signal;
  }
}

TEST_P(OwnerTest, VanishesEvenIfAnotherProcessKeepsItsSocket) {
  std::string table;
  const pid_t owner = start(
      [] {
        auto firewall = try_open();
        if (::fork() == 0) {
          ::alarm(10);
          for (;;) ::pause();
        }
        return firewall;
      },
      table);
  end(owner, SIGKILL);
  EXPECT_TRUE(vanishes(table));
}

TEST_P(FirewallTest, OutlivesCtrlC) {
  std::string table;
  const pid_t owner = start(
      [] {
        ::setpgid(0, 0);
        ::signal(SIGINT, [](int) {});  // not SIG_IGN, which nft would inherit
        return try_open();
      },
      table);
  ::kill(-owner, SIGINT);
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(list_tables(), HasSubstr(table));
  end(owner, SIGKILL);
}

TEST_P(FirewallTest, OutlivesTheSignalsOfAServiceManager) {
  std::string table;
  const pid_t owner = start(try_open, table);
  const pid_t nft = child_of(owner);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT}) ::kill(nft, signal);
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(list_tables(), HasSubstr(table));
  end(owner, SIGKILL);
  EXPECT_TRUE(vanishes(table));
}

TEST_P(FirewallTest, NeedsNoMoreThanTheCapability) {
  std::string table;
  const pid_t owner = start(
      [] {
        become_nobody_with_net_admin();
        return try_open();
      },
      table);
  EXPECT_THAT(list_tables(), HasSubstr(table));
  end(owner, SIGKILL);
  EXPECT_TRUE(vanishes(table));
}

TEST_P(FirewallTest, NamesTheRuleToTypeWithoutNft) {
  std::string message;
  const pid_t child = start(
      [] {
        ::unshare(CLONE_NEWNS);
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        ::mount("/dev/null", "/usr/sbin/nft", nullptr, MS_BIND, nullptr);
        return try_open();
      },
      message);
  EXPECT_THAT(message, HasSubstr("there is no program nft"));
  EXPECT_THAT(message, HasSubstr("iptables -I INPUT -p tcp --dport 61008:61023 -j DROP"));
  end(child, SIGKILL);
}

TEST_P(FirewallTest, NamesTheRuleToTypeWithoutPrivileges) {
  std::string message;
  const pid_t child = start(
      [] {
        (void)!::setresuid(65534, 65534, 65534);
        return try_open();
      },
      message);
  EXPECT_THAT(message, HasSubstr("Operation not permitted"));
  EXPECT_THAT(message, HasSubstr("iptables -I INPUT -p tcp --dport 61008:61023 -j DROP"));
  end(child, SIGKILL);
}

TEST_P(FirewallTest, StartsQuickly) {
  const Instant start_time = now();
  const Firewall firewall = open();
  const Duration taken = now() - start_time;
  RecordProperty("milliseconds", std::to_string(to_seconds(taken) * 1e3));
  EXPECT_LT(taken, 1s);
}

INSTANTIATE_TEST_SUITE_P(, FirewallTest, ::testing::Values(kOwner, kNoOwner),
                         [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(, OwnerTest, ::testing::Values(kOwner),
                         [](const auto& info) { return info.param.name; });

class LeftoverTest : public FirewallTest {
 protected:
  // Leaves the table of a process that was killed together with its child.
  static std::string leave_table() {
    std::string table;
    const pid_t owner = start(try_open, table);
    ::kill(child_of(owner), SIGKILL);
    end(owner, SIGKILL);
    return table;
  }
};

TEST_P(LeftoverTest, GoesWithTheNextStart) {
  const std::string first = leave_table();
  const std::string second = leave_table();
  EXPECT_THAT(list_tables(), HasSubstr(second)) << "the test itself does not work";
  {
    const Firewall firewall = open();
    EXPECT_EQ(list_tables(), "table inet " + firewall.table() + "\n");
  }
  EXPECT_EQ(list_tables(), "");
}

TEST_P(LeftoverTest, IsNotWhatALivingProcessHolds) {
  std::string table;
  const pid_t owner = start(try_open, table);
  ::kill(child_of(owner), SIGKILL);
  { const Firewall firewall = open(); }
  EXPECT_THAT(list_tables(), HasSubstr(table));
  end(owner, SIGKILL);
}

TEST_P(LeftoverTest, IsNotWhatSomebodyElseMade) {
  const std::string names[] = {"masscan",     "masscan-", "masscan-mine",
                               "masscan-1-2", "other",    "masscan-1-0000000g"};
  std::string tables;
  for (const std::string& name : names) {
    run("nft add table inet " + name);
    tables += "table inet " + name + "\n";
  }
  run("nft add table ip masscan-1-01234567");
  { const Firewall firewall = open(); }
  EXPECT_EQ(list_tables(), tables + "table ip masscan-1-01234567\n");
}

INSTANTIATE_TEST_SUITE_P(, LeftoverTest, ::testing::Values(kNoOwner),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace masscan::host
