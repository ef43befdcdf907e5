#include "nic/xdp/sender.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "base/file.h"
#include "bpf/transmit.h"
#include "bpf/transmit.skel.h"
#include "nic/check_frame.h"
#include "nic/interface_index.h"
#include "nic/xdp/loader.h"

namespace masscan::nic {
namespace {

constexpr std::uint32_t kForever = ~std::uint32_t{0};  // runs of the program: some minutes
// The kernel adds this to the MTU: Ethernet and a VLAN tag.
constexpr std::size_t kKernelRoomBytes = 18;
constexpr int kInterrupt = SIGURG;  // as in bpf/transmit.bpf.c
constexpr Duration kErrorNap = 10ms;

// Accesses words that the program may read or write at any time.
template <typename T>
T load(T& word) {
  return std::atomic_ref<T>(word).load(std::memory_order_acquire);
}
template <typename T>
void store(T& word, std::type_identity_t<T> value) {
  std::atomic_ref<T>(word).store(value, std::memory_order_release);
}

// Installs a handler that does nothing. Without one, the signal would interrupt nothing or end the
// process.
void prepare_signal() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigaction(kInterrupt, &action, nullptr);
}

void block_other_signals() {
  sigset_t others;
  sigfillset(&others);
  sigdelset(&others, kInterrupt);
  pthread_sigmask(SIG_SETMASK, &others, nullptr);
}

Result<UniqueFd> listen(const bpf_program* program, const char* tracepoint) {
  UniqueFd link(std::max(bpf_raw_tracepoint_open(tracepoint, bpf_program__fd(program)), -1));
  if (link.is_open()) return link;
  return run_error("cannot listen to the tracepoint {}: {}", tracepoint, last_system_error());
}

// Returns "veth", "virtio_net"; an empty string if it has none.
std::string driver_of(const std::string& interface) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  ifreq request{};
  interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
  request.ifr_data = reinterpret_cast<char*>(&info);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::ioctl(fd.get(), SIOCETHTOOL, &request) != 0) return "";
  return info.driver;
}

}  // namespace

Result<std::unique_ptr<XdpSender>> XdpSender::open(const XdpSenderConfig& config) {
  const auto index = static_cast<std::uint32_t>(TRY(interface_index(config.interface)));
  auto sender = open_on(index, config.verifier_log);
  if (!sender) return std::move(sender).error().within(config.interface);
  TRY((*sender)->examine(config));
  prepare_signal();
  (*sender)->thread_ =
      TRY(Thread::start("xdp sender", [&ring = **sender](const std::stop_token&) { ring.run(); }));
  return sender;
}

Result<std::unique_ptr<XdpSender>> XdpSender::open_on(std::uint32_t index,
                                                      std::FILE* verifier_log) {
  Programs programs = TRY(load_programs<transmit_bpf>(verifier_log));
  std::vector<UniqueFd> listeners;
  listeners.push_back(TRY(listen(programs->progs.on_bulk, "xdp_devmap_xmit")));
  listeners.push_back(TRY(listen(programs->progs.on_redirect_error, "xdp_redirect_err")));
  const std::uint32_t zero = 0;
  if (bpf_map_update_elem(bpf_map__fd(programs->maps.device), &zero, &index, BPF_ANY) != 0) {
    return run_error("cannot redirect XDP frames: {}", last_system_error());
  }
  MappedMemory slots =
      TRY(MappedMemory::of_fd(bpf_map__fd(programs->maps.slots),
                              TRANSMIT_SLOTS * sizeof(transmit_slot), PROT_READ | PROT_WRITE));
  return std::unique_ptr<XdpSender>(
      new XdpSender(std::move(programs), std::move(listeners), std::move(slots)));
}

XdpSender::XdpSender(Programs programs, std::vector<UniqueFd> listeners, MappedMemory slots)
    : programs_(std::move(programs)),
      listeners_(std::move(listeners)),
      memory_(std::move(slots)),
      slots_(memory_.as<transmit_slot>()),
      ring_(programs_->bss->ring),
      frames_(slots_.size()) {
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    frames_[i].buffer = std::as_writable_bytes(std::span(slots_[i].bytes));
  }
}

XdpSender::~XdpSender() {
  store(ring_.is_closed, 1);
  wake();
  if (thread_.is_there()) thread_.join();
}

// The kernel checks the driver's capability first and the length second. A frame that is too long
// for the link therefore tests the capability and is not sent. Before Linux 6.3 this does not
// detect the state of a veth's peer; and a link may allow frames longer than ours.
Result<> XdpSender::examine(const XdpSenderConfig& config) {
  const std::string driver = driver_of(config.interface);
  const bool fits = config.mtu + kKernelRoomBytes >= TRANSMIT_LONGEST;
  int error = fits ? EMSGSIZE : TRY(try_frame(TRANSMIT_LONGEST, config.mac));
  if (error == EMSGSIZE) {
    error = fits || driver == "veth" ? TRY(try_frame(kCheckFrameBytes, config.mac)) : 0;
  }
  ring_.sent = ring_.refused = ring_.discarded = 0;
  if (error == 0) return {};
  if (driver == "veth") {
    return run_error(
        "{}: the other end of this veth takes no XDP frames; there, 'ethtool -K NAME gro off' "
        "and then 'ethtool -K NAME gro on' let it",
        config.interface);
  }
  return run_error("{}: the driver {} does not send XDP frames: {}", config.interface, driver,
                   std::strerror(error));
}

// Sends one frame to ourselves that every receiver ignores. Returns an errno, or 0 if it was sent.
Result<int> XdpSender::try_frame(std::size_t length, const net::MacAddress& mac) {
  transmit_slot& slot = slots_[produced_ % slots_.size()];
  write_check_frame(std::as_writable_bytes(std::span(slot.bytes)), mac.octets());
  slot.length = static_cast<__u32>(length);
  ring_.produced = ++produced_;
  ring_.error = 0;
  if (run_program(1)) return static_cast<int>(ring_.error);
  if (errno != EINVAL) return run_error("cannot run the XDP program: {}", last_system_error());
  return run_error("this kernel cannot run XDP programs on live frames; Linux 5.18 can");
}

std::span<TxFrame> XdpSender::reserve(std::size_t count) {
  const std::size_t used = produced_ - load(ring_.released);
  const std::size_t first = produced_ % frames_.size();
  const std::size_t room = std::min(frames_.size() - used, frames_.size() - first);
  return std::span(frames_).subspan(first, std::min(count, room));
}

void XdpSender::submit(std::size_t count) {
  if (count == 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = (produced_ + i) % slots_.size();
    slots_[index].length = static_cast<__u32>(frames_[index].length);
  }
  given_ += count;
  produced_ += count;
  store(ring_.produced, produced_);
  // The program checks for new frames after setting is_asleep: at least one side sees the other.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (load(ring_.is_asleep) != 0) wake();
}

void XdpSender::set_pace(double rate_pps) {
  store(ring_.gap_ns, static_cast<__u64>(1e9 / rate_pps));
}

std::size_t XdpSender::queued() const { return given_ - load(ring_.sent) - load(ring_.discarded); }

bool XdpSender::has_room() const { return produced_ - load(ring_.released) < frames_.size(); }

QueueCounters XdpSender::counters() {
  return {.given = given_,
          .sent = load(ring_.sent),
          .refused = load(ring_.refused) + failed_runs_.load(std::memory_order_relaxed),
          .discarded = load(ring_.discarded)};
}

void XdpSender::wake() {
  store(ring_.is_asleep, 0);
  wakes_.fetch_add(1, std::memory_order_release);
  wakes_.notify_one();
}

// Runs on the sender's thread.
void XdpSender::run() {
  block_other_signals();
  while (load(ring_.is_closed) == 0) {
    const std::uint32_t wakes = wakes_.load(std::memory_order_acquire);
    ring_.is_ending = 0;
    if (!run_program(kForever)) {
      failed_runs_.fetch_add(1, std::memory_order_relaxed);
      std::this_thread::sleep_for(kErrorNap);
    }
    if (load(ring_.is_asleep) != 0) wakes_.wait(wakes, std::memory_order_acquire);
  }
}

// Runs the program for `frames` frames, or until it ends by itself. Returns false, with errno, on
// an error.
bool XdpSender::run_program(std::uint32_t frames) {
  std::array<std::byte, TRANSMIT_LONGEST> blank{};
  xdp_md context{};
  context.data_end = blank.size();
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = blank.data();
  options.data_size_in = blank.size();
  options.ctx_in = &context;
  options.ctx_size_in = sizeof context;
  options.repeat = static_cast<int>(frames);
  options.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
  options.batch_size = TRANSMIT_BATCH;
  const int program = bpf_program__fd(programs_->progs.transmit);
  return bpf_prog_test_run_opts(program, &options) == 0 || errno == EINTR;
}

}  // namespace masscan::nic
