// lab_net: puts the simulated network on an interface, changes its settings, reads its counters.
//
//   lab_net attach   --interface X [--key K] [--open PPM] [--closed PPM] [--loss PPM] [--windows 1]
//                    [--generic 1] [--speaks 1]
//   lab_net set      --interface X [...]     other settings for the attached network, counters at 0
//   lab_net counters --interface X           a line "name number" each, and their time span
//
// With --generic the kernel runs the program after the driver instead of in it, which works on any
// interface. A veth accepts frames sent by a driver-mode program only if NAPI runs at the other
// end: with GRO on (Linux 5.13 or later) or with a program attached there.
//
// With --speaks open TCP ports complete connections and say what services say (services.h). The
// program is another one then, so that this cannot be set later.
//
// The program stays on the interface when lab_net ends, and is removed with the interface. Its maps
// are found again by the kernel's ids, so nothing is pinned.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/core.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "lab/network.h"
#include "lab/network.skel.h"

namespace masscan {
namespace {

constexpr std::array<const char*, NETWORK_COUNTERS> kCounterNames = {
    "syns", "pings",  "datagrams", "inits", "packets", "lost",
    "open", "closed", "segments",  "other", "passed"};

struct Request {
  std::string verb;
  std::string interface;
  bool is_generic = false;
  bool speaks = false;
  network_settings settings = {.truth = {.key = 1, .open_ppm = 50'000, .closed_ppm = 0},
                               .loss_ppm = 0,
                               .measures_windows = 0};
};

template <typename T>
Result<> read_number(std::string_view name, std::string_view text, T& number) {
  const std::optional<T> value = parse_number<T>(text);
  if (!value) return usage_error("{} {}: not a number", name, text);
  number = *value;
  return {};
}

Result<> read_option(std::string_view name, std::string_view value, Request& request) {
  network_settings& settings = request.settings;
  if (name == "--interface") {
    request.interface = value;
    return {};
  }
  if (name == "--generic" || name == "--speaks") {
    (name == "--generic" ? request.is_generic : request.speaks) = value != "0";
    return {};
  }
  if (name == "--key") return read_number(name, value, settings.truth.key);
  if (name == "--open") return read_number(name, value, settings.truth.open_ppm);
  if (name == "--closed") return read_number(name, value, settings.truth.closed_ppm);
  if (name == "--loss") return read_number(name, value, settings.loss_ppm);
  if (name == "--windows") return read_number(name, value, settings.measures_windows);
  return usage_error("unknown option {}", name);
}

Result<Request> read_request(std::span<const std::string_view> words) {
  if (words.size() % 2 == 0) return usage_error("use: lab_net attach|set|counters --interface X");
  Request request{.verb = std::string(words[0]), .interface = {}};
  for (std::size_t i = 1; i < words.size(); i += 2)
    TRY(read_option(words[i], words[i + 1], request));
  return request;
}

// Writes to a map with a single value.
template <typename T>
Result<> write_value(int map, const T& value) {
  const std::uint32_t zero = 0;
  if (bpf_map_update_elem(map, &zero, &value, BPF_ANY) == 0) return {};
  return run_error("cannot write to the program: {}", std::strerror(errno));
}

Result<> attach(int interface, const Request& request) {
  const std::unique_ptr<network_bpf, void (*)(network_bpf*)> network(network_bpf::open(),
                                                                     network_bpf::destroy);
  if (network) network->rodata->speaks = request.speaks;
  if (!network || network_bpf::load(network.get()) != 0)
    return run_error("cannot load the program: {}", std::strerror(errno));
  TRY(write_value(bpf_map__fd(network->maps.settings), request.settings));
  const int program = bpf_program__fd(network->progs.simulated_network);
  const std::uint32_t mode = request.is_generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
  const int error = bpf_xdp_attach(interface, program, mode, nullptr);
  if (error != 0) return run_error("cannot attach the program: {}", std::strerror(-error));
  return {};
}

// Returns the maps of the program attached to the interface.
Result<std::vector<std::uint32_t>> attached_maps(int interface) {
  std::uint32_t id = 0;
  if (bpf_xdp_query_id(interface, 0, &id) != 0 || id == 0) return run_error("nothing is attached");
  const UniqueFd program(bpf_prog_get_fd_by_id(id));
  std::vector<std::uint32_t> maps(8);
  bpf_prog_info info{};
  info.nr_map_ids = static_cast<std::uint32_t>(maps.size());
  info.map_ids = reinterpret_cast<std::uintptr_t>(maps.data());
  std::uint32_t length = sizeof info;
  if (bpf_obj_get_info_by_fd(program.get(), &info, &length) != 0)
    return run_error("cannot ask about program {}: {}", id, std::strerror(errno));
  maps.resize(info.nr_map_ids);
  return maps;
}

Result<UniqueFd> open_map(int interface, std::string_view name) {
  for (const std::uint32_t id : TRY(attached_maps(interface))) {
    UniqueFd map(bpf_map_get_fd_by_id(id));
    bpf_map_info info{};
    std::uint32_t length = sizeof info;
    if (bpf_obj_get_info_by_fd(map.get(), &info, &length) == 0 && name == info.name) return map;
  }
  return run_error("the attached program has no map {}", name);
}

// Returns a counter's values, one for each CPU.
Result<std::vector<std::uint64_t>> read_cells(int map, std::uint32_t counter) {
  std::vector<std::uint64_t> cells(static_cast<std::size_t>(libbpf_num_possible_cpus()));
  if (bpf_map_lookup_elem(map, &counter, cells.data()) == 0) return cells;
  return run_error("cannot read counter {}: {}", kCounterNames[counter], std::strerror(errno));
}

// Prints the microseconds from the first SYN to the last.
Result<> print_span(int interface) {
  const UniqueFd map = TRY(open_map(interface, "span"));
  const std::uint32_t zero = 0;
  network_span span{};
  if (bpf_map_lookup_elem(map.get(), &zero, &span) != 0)
    return run_error("cannot read the span: {}", std::strerror(errno));
  fmt::print("span_us {}\n", (span.last_ns - span.first_ns) / 1000);
  return {};
}

// Prints the maximum number of SYNs in a millisecond, if that was measured.
Result<> print_window(int interface) {
  const UniqueFd map = TRY(open_map(interface, "window"));
  const std::uint32_t zero = 0;
  network_window window{};
  if (bpf_map_lookup_elem(map.get(), &zero, &window) != 0)
    return run_error("cannot read the window: {}", std::strerror(errno));
  fmt::print("most_per_ms {}\n", window.most);
  return {};
}

Result<> print_counters(int interface) {
  const UniqueFd map = TRY(open_map(interface, "counters"));
  for (std::uint32_t counter = 0; counter < NETWORK_COUNTERS; ++counter) {
    const auto cells = TRY(read_cells(map.get(), counter));
    fmt::print("{} {}\n", kCounterNames[counter],
               std::accumulate(cells.begin(), cells.end(), std::uint64_t{0}));
  }
  TRY(print_span(interface));
  return print_window(interface);
}

Result<> reset_counters(int interface) {
  const UniqueFd map = TRY(open_map(interface, "counters"));
  for (std::uint32_t counter = 0; counter < NETWORK_COUNTERS; ++counter) {
    auto cells = TRY(read_cells(map.get(), counter));
    std::fill(cells.begin(), cells.end(), 0);
    if (bpf_map_update_elem(map.get(), &counter, cells.data(), BPF_ANY) != 0)
      return run_error("cannot reset the counters: {}", std::strerror(errno));
  }
  const UniqueFd window = TRY(open_map(interface, "window"));
  TRY(write_value(window.get(), network_window{}));
  const UniqueFd span = TRY(open_map(interface, "span"));
  return write_value(span.get(), network_span{});
}

Result<> change(int interface, const network_settings& settings) {
  const UniqueFd map = TRY(open_map(interface, "settings"));
  TRY(write_value(map.get(), settings));
  return reset_counters(interface);
}

Result<> serve(std::span<const std::string_view> words) {
  const Request request = TRY(read_request(words));
  const int interface = static_cast<int>(if_nametoindex(request.interface.c_str()));
  if (interface == 0) return usage_error("there is no interface \"{}\"", request.interface);
  if (request.verb == "attach") return attach(interface, request);
  if (request.verb == "set") return change(interface, request.settings);
  if (request.verb == "counters") return print_counters(interface);
  return usage_error("unknown verb {}", request.verb);
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  const masscan::Result<> result = masscan::serve(words);
  if (result) return 0;
  masscan::write_stderr(fmt::format("lab_net: {}\n", result.error().message));
  return 1;
}
