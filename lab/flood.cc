// lab_flood INTERFACE MAC SECONDS: sends SYNs into an interface at the maximum rate of this
// machine. Uses one processor and no socket buffers; only the target of the frame changes.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "base/time.h"
#include "lab/flood.skel.h"
#include "net/mac_address.h"

namespace masscan {
namespace {

constexpr std::size_t kFrameBytes = 58;  // a SYN with one option
constexpr int kFramesOfACall = 1 << 20;  // a call costs two grace periods of the kernel
constexpr unsigned kBatch = 64;

std::array<std::byte, kFrameBytes> make_syn(const net::MacAddress& mac) {
  std::array<std::byte, kFrameBytes> frame{};
  std::ranges::copy(mac.octets(), frame.begin());
  store_be<std::uint16_t>(frame, 12, 0x0800);
  store_be<std::uint16_t>(frame, 14, 0x4500);
  store_be<std::uint16_t>(frame, 16, kFrameBytes - 14);
  store_be<std::uint16_t>(frame, 22, 0x4006);      // TTL 64, TCP
  store_be<std::uint32_t>(frame, 26, 0xc6120002);  // 198.18.0.2
  store_be<std::uint16_t>(frame, 36, 80);
  store_be<std::uint16_t>(frame, 46, 0x6002);  // 24 bytes, SYN
  return frame;
}

Result<> flood(int program, const net::MacAddress& mac, Duration length) {
  std::array<std::byte, kFrameBytes> frame = make_syn(mac);
  xdp_md context{};
  context.data_end = kFrameBytes;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = kFrameBytes;
  options.ctx_in = &context;
  options.ctx_size_in = sizeof context;
  options.repeat = kFramesOfACall;
  options.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
  options.batch_size = kBatch;
  const Instant end = now() + length;
  while (now() < end) {
    if (bpf_prog_test_run_opts(program, &options) != 0)
      return run_error("cannot send: {}", std::strerror(errno));
  }
  return {};
}

Result<> serve(const std::vector<std::string_view>& words) {
  if (words.size() != 3) return usage_error("use: lab_flood INTERFACE MAC SECONDS");
  const std::uint32_t interface = if_nametoindex(words[0].data());
  const auto mac = net::MacAddress::parse(words[1]);
  const auto seconds = parse_number<unsigned>(words[2]);
  if (interface == 0 || !mac || !seconds) return usage_error("no such interface, MAC or time");
  const std::unique_ptr<flood_bpf, void (*)(flood_bpf*)> program(flood_bpf::open_and_load(),
                                                                 flood_bpf::destroy);
  if (!program) return run_error("cannot load the program: {}", std::strerror(errno));
  const std::uint32_t zero = 0;
  if (bpf_map_update_elem(bpf_map__fd(program->maps.device), &zero, &interface, BPF_ANY) != 0)
    return run_error("cannot redirect to {}: {}", words[0], std::strerror(errno));
  return flood(bpf_program__fd(program->progs.flood), *mac, std::chrono::seconds(*seconds));
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const masscan::Result<> result = masscan::serve({arguments + 1, arguments + count});
  if (result) return 0;
  masscan::write_stderr(fmt::format("lab_flood: {}\n", result.error().message));
  return 1;
}
