#include "nic/xdp/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "bpf/receive.h"
#include "bpf/receive.skel.h"
#include "nic/interface_index.h"
#include "nic/packet_socket.h"
#include "nic/xdp/loader.h"

namespace masscan::nic {
namespace {

constexpr const char* kWayOut = "remove it, or take --transport af_packet";

// Returns the name of a program if we may read it.
std::string describe_program(std::uint32_t id) {
  bpf_prog_info info{};
  std::uint32_t length = sizeof info;
  const UniqueFd program(bpf_prog_get_fd_by_id(id));
  if (bpf_obj_get_info_by_fd(program.get(), &info, &length) != 0) return fmt::format("{}", id);
  return fmt::format("{} ({})", id, info.name);
}

Result<> expect_no_program(int interface_index) {
  std::uint32_t id = 0;
  if (bpf_xdp_query_id(interface_index, 0, &id) != 0 || id == 0) return {};
  return run_error("XDP program {} of somebody else is attached: {}", describe_program(id),
                   kWayOut);
}

Result<> copy_ranges(const std::vector<net::AddressRange>& ranges,
                     receive_bpf::receive_bpf__bss& memory) {
  for (const net::AddressRange& range : ranges) {
    std::uint32_t& count = range.first.is_v4() ? memory.range_count_v4 : memory.range_count_v6;
    if (count == RECEIVE_MAX_RANGES) {
      return run_error("XDP takes at most {} ranges of source addresses", count);
    }
    if (range.first.is_v4()) {
      memory.ranges_v4[count] = {range.first.v4().number(), range.last.v4().number()};
    } else {
      memory.ranges_v6[count] = {range.first.high(), range.first.low(), range.last.high(),
                                 range.last.low()};
    }
    ++count;
  }
  return {};
}

Result<> copy_pattern(const net::PacketPattern& pattern, bool is_shared,
                      receive_pattern (&by_protocol)[256]) {
  if (pattern.protocol == 0) return {};
  receive_pattern& place = by_protocol[pattern.protocol];
  const receive_pattern copy = {.is_known = true,
                                .has_type = pattern.type.has_value(),
                                .type = pattern.type.value_or(0),
                                .port_at = pattern.port_at,
                                .is_shared = is_shared};
  if (place.is_known && std::memcmp(&place, &copy, sizeof copy) != 0) {
    return run_error("XDP tells only one kind of probe of protocol {} from others",
                     pattern.protocol);
  }
  place = copy;
  return {};
}

Result<> copy_patterns(const std::vector<net::ProbePatterns>& patterns,
                       receive_bpf::receive_bpf__bss& memory) {
  for (const net::ProbePatterns& each : patterns) {
    const bool is_shared = !each.kernel_answers;
    TRY(copy_pattern(each.reply_v4, is_shared, memory.replies));
    TRY(copy_pattern(each.reply_v6, is_shared, memory.replies));
    TRY(copy_pattern(each.probe_v4, is_shared, memory.probes));
    TRY(copy_pattern(each.probe_v6, is_shared, memory.probes));
  }
  return {};
}

UniqueFd attach_in_mode(int interface_index, int program, std::uint32_t mode) {
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = mode;
  const int fd = bpf_link_create(program, interface_index, BPF_XDP, &options);
  return UniqueFd(std::max(fd, -1));
}

struct Attachment {
  UniqueFd link;
  XdpTap::Mode mode = XdpTap::Mode::kNative;
};

// Drivers refuse for many reasons (no XDP, not at this MTU, not with these queues). Generic mode
// works in all these cases, except if another program is attached.
Result<Attachment> attach(int interface_index, int program, bool allows_native) {
  if (allows_native) {
    UniqueFd link = attach_in_mode(interface_index, program, XDP_FLAGS_DRV_MODE);
    if (link.is_open()) return Attachment{std::move(link), XdpTap::Mode::kNative};
  }
  UniqueFd link = attach_in_mode(interface_index, program, XDP_FLAGS_SKB_MODE);
  if (link.is_open()) return Attachment{std::move(link), XdpTap::Mode::kGeneric};
  if (errno == EBUSY || errno == EEXIST) {
    return run_error("an XDP program of somebody else is attached: {}", kWayOut);
  }
  return run_error("cannot attach the XDP program: {}", last_system_error());
}

}  // namespace

Result<std::unique_ptr<XdpTap>> XdpTap::open(const XdpTapConfig& config) {
  const int index = TRY(interface_index(config.interface));
  auto tap = open_on(index, config);
  if (!tap) return std::move(tap).error().within(config.interface);
  return tap;
}

Result<std::unique_ptr<XdpTap>> XdpTap::open_on(int index, const XdpTapConfig& config) {
  if (config.link_layer != LinkLayer::kEthernet) {
    return run_error("XDP programs read Ethernet frames; this interface has none");
  }
  TRY(expect_no_program(index));
  Program program = TRY(load_programs<receive_bpf>(config.verifier_log));
  TRY(copy_ranges(config.sources, *program->bss));
  TRY(copy_patterns(config.patterns, *program->bss));
  UniqueFd memberships = TRY(open_packet_socket());
  TRY(join_groups(memberships.get(), index, config.groups));
  Attachment attachment =
      TRY(attach(index, bpf_program__fd(program->progs.receive), config.allows_native));
  return std::unique_ptr<XdpTap>(new XdpTap(std::move(program), std::move(attachment.link),
                                            attachment.mode, std::move(memberships)));
}

XdpTap::XdpTap(Program program, UniqueFd attachment, Mode mode, UniqueFd memberships)
    : program_(std::move(program)),
      attachment_(std::move(attachment)),
      mode_(mode),
      memberships_(std::move(memberships)) {}

int XdpTap::program_fd() const { return bpf_program__fd(program_->progs.receive); }

Result<receive_ring_state*> XdpTap::add_ring(int ring_fd, net::PortRange ports) {
  if (rings_ == RECEIVE_MAX_RINGS) return run_error("XDP serves at most {} workers", rings_);
  if (bpf_map_update_elem(bpf_map__fd(program_->maps.rings), &rings_, &ring_fd, BPF_ANY) != 0) {
    return run_error("cannot give a ring to the XDP program: {}", last_system_error());
  }
  receive_bpf::receive_bpf__bss& memory = *program_->bss;
  receive_ring_state* const state = &memory.ring_states[rings_];
  ++rings_;
  std::fill(memory.ring_of_port + ports.first, memory.ring_of_port + ports.last + 1,
            static_cast<std::uint8_t>(rings_));
  return state;
}

}  // namespace masscan::nic
