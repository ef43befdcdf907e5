#include "host/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/bytes.h"

namespace masscan::host {
namespace {

constexpr Duration kProgressInterval = 200ms;
constexpr Duration kLongestWait = 200ms;
constexpr int kReceiveBufferBytes = 1 << 20;  // the kernel may limit it

struct ChannelDestroyer {
  void operator()(ares_channeldata* channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, ChannelDestroyer>;

struct InfoDeleter {
  void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
};
using Info = std::unique_ptr<ares_addrinfo, InfoDeleter>;

Error resolver_error(int status) {
  return run_error("cannot look up host names: {}; check /etc/resolv.conf, or give addresses",
                   ares_strerror(status));
}

// The library counts initialisations. Its channels must be destroyed before the last clean-up.
class Library {
 public:
  static Result<Library> open() {
    const int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) return resolver_error(status);
    return Library();
  }
  Library(Library&& other) noexcept : is_open_(std::exchange(other.is_open_, false)) {}
  Library& operator=(Library&&) = delete;
  ~Library() {
    if (is_open_) ares_library_cleanup();
  }

 private:
  Library() = default;
  bool is_open_ = true;
};

Result<Channel> open_channel(const ResolverOptions& options) {
  ares_options settings{};
  settings.timeout = static_cast<int>(options.timeout / 1ms);
  settings.tries = options.attempts;
  settings.socket_receive_buffer_size = kReceiveBufferBytes;
  ares_channel raw = nullptr;
  int status = ares_init_options(&raw, &settings,
                                 ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF);
  if (status != ARES_SUCCESS) return resolver_error(status);
  Channel channel(raw);
  if (!options.servers.empty()) {
    status = ares_set_servers_ports_csv(raw, options.servers.c_str());
    if (status != ARES_SUCCESS) return resolver_error(status);
  }
  return channel;
}

// Both families store the octets in network order at a fixed offset.
net::IpAddress address_of(const ares_addrinfo_node& node) {
  const Bytes octets = std::as_bytes(
      std::span(reinterpret_cast<const char*>(node.ai_addr), std::size_t{node.ai_addrlen}));
  if (node.ai_family == AF_INET) {
    return net::Ipv4Address(load_be<std::uint32_t>(octets, offsetof(sockaddr_in, sin_addr)));
  }
  constexpr std::size_t kAddress = offsetof(sockaddr_in6, sin6_addr);
  return net::Ipv6Address(make_uint128(load_be<std::uint64_t>(octets, kAddress),
                                       load_be<std::uint64_t>(octets, kAddress + 8)));
}

// True if the answer is complete; false if the name server could not be asked.
bool is_final(int status) {
  return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
}

std::string_view describe_failure(int status) {
  const bool is_silence = status == ARES_ETIMEOUT || status == ARES_ECANCELLED;
  return is_silence ? "no answer from the name servers" : ares_strerror(status);
}

void finish(Lookup& lookup) {
  auto& addresses = lookup.addresses;
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  if (addresses.empty() && lookup.failure.empty()) lookup.failure = "has no address";
}

// Keeps `concurrency` queries in flight until all are answered. Each name has two, one per family:
// a single query for both would hide that only one was answered.
class Resolver {
 public:
  Resolver(ares_channel channel, std::span<const std::string> names, const ResolverOptions& options,
           const ResolverProgress& progress)
      : channel_(channel), names_(names), options_(options), progress_(progress) {
    lookups_.resize(names.size());
  }

  std::vector<Lookup> run() && {
    last_answer_ = last_report_ = now();
    while (done_ < questions()) {
      while (started_ < questions() && started_ - done_ < options_.concurrency) start_next();
      if (done_ == started_) continue;  // answered at once from /etc/hosts
      serve();
      report();
      if (now() - last_answer_ > options_.silence_limit) give_up();
    }
    if (progress_) progress_(names_.size());
    for (Lookup& lookup : lookups_) finish(lookup);
    return std::move(lookups_);
  }

 private:
  // The argument of the library's callback. Owner: the library, between query and callback.
  struct Question {
    Resolver& resolver;
    std::size_t number;
  };

  std::size_t questions() const { return names_.size() * 2; }

  void start_next() {
    const std::size_t number = started_ / 2;
    const ares_addrinfo_hints hints{.ai_flags = ARES_AI_NOSORT,
                                    .ai_family = started_ % 2 == 0 ? AF_INET : AF_INET6};
    ++started_;
    auto question = std::make_unique<Question>(Question{*this, number});
    ares_getaddrinfo(channel_, names_[number].c_str(), nullptr, &hints, on_answer,
                     question.release());
  }

  static void on_answer(void* argument, int status, int, ares_addrinfo* raw_info) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    question->resolver.take(question->number, status, Info(raw_info));
  }

  void take(std::size_t number, int status, const Info& info) {
    ++done_;
    if (status != ARES_ETIMEOUT && status != ARES_ECANCELLED) last_answer_ = now();
    Lookup& lookup = lookups_[number];
    const ares_addrinfo_node* node = info ? info->nodes : nullptr;
    for (; node != nullptr; node = node->ai_next) lookup.addresses.push_back(address_of(*node));
    if (!is_final(status)) lookup.failure = describe_failure(status);
  }

  // Waits for a socket or the next timeout, and runs the library.
  void serve() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets;
    const int wanted = ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM);
    std::array<pollfd, ARES_GETSOCK_MAXNUM> polled;
    std::size_t count = 0;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool reads = ARES_GETSOCK_READABLE(static_cast<unsigned>(wanted), i);
      const bool writes = ARES_GETSOCK_WRITABLE(static_cast<unsigned>(wanted), i);
      if (!reads && !writes) continue;
      const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
      polled[count++] = {.fd = sockets[i], .events = static_cast<short>(events), .revents = 0};
    }
    if (::poll(polled.data(), count, wait_ms()) <= 0) count = 0;
    for (const pollfd& ready : std::span(polled).first(count)) {
      const bool reads = (ready.revents & ~POLLOUT) != 0;
      const bool writes = (ready.revents & POLLOUT) != 0;
      ares_process_fd(channel_, reads ? ready.fd : ARES_SOCKET_BAD,
                      writes ? ready.fd : ARES_SOCKET_BAD);
    }
    if (count == 0) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  int wait_ms() const {
    const auto longest_us = std::chrono::duration_cast<std::chrono::microseconds>(kLongestWait);
    timeval longest{.tv_sec = 0, .tv_usec = longest_us.count()};
    timeval wait{};
    ares_timeout(channel_, &longest, &wait);
    return static_cast<int>(wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
  }

  void report() {
    if (!progress_ || now() - last_report_ < kProgressInterval) return;
    last_report_ = now();
    progress_(done_ / 2);
  }

  void give_up() {
    ares_cancel(channel_);
    for (; started_ < questions(); ++started_) take(started_ / 2, ARES_ECANCELLED, nullptr);
  }

  ares_channel channel_;
  std::span<const std::string> names_;
  const ResolverOptions& options_;
  const ResolverProgress& progress_;
  std::vector<Lookup> lookups_;
  std::size_t started_ = 0;
  std::size_t done_ = 0;
  Instant last_answer_;
  Instant last_report_;
};

}  // namespace

Result<std::vector<Lookup>> resolve(std::span<const std::string> names,
                                    const ResolverOptions& options,
                                    const ResolverProgress& progress) {
  const Library library = TRY(Library::open());
  const Channel channel = TRY(open_channel(options));
  return Resolver(channel.get(), names, options, progress).run();
}

}  // namespace masscan::host
