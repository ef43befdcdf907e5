#include "nic/xdp/loader.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/resource_limits.h"
#include "base/unique_fd.h"

namespace masscan::nic {
namespace {

constexpr std::size_t kLogBytes = (std::size_t{1} << 24) - 1;  // the maximum of Linux 5.10
constexpr std::size_t kLongestReason = 160;
constexpr std::size_t kDescriptors = 16;  // more than the maps and programs of one object
constexpr std::string_view kNeeds = "XDP needs Linux 5.18 or later";

// ---- Privileges of this process ----

std::uint64_t effective_capabilities() {
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  std::array<__user_cap_data_struct, 2> halves{};
  if (::syscall(SYS_capget, &header, halves.data()) != 0) return ~std::uint64_t{0};
  return std::uint64_t{halves[1].effective} << 32 | halves[0].effective;
}

// Returns the missing ones of "CAP_BPF and CAP_PERFMON". CAP_SYS_ADMIN includes both.
std::string lacking_capabilities() {
  const std::uint64_t effective = effective_capabilities();
  const auto has = [&](unsigned capability) { return (effective >> capability & 1) != 0; };
  std::string lacking;
  const auto require = [&](bool is_there, std::string_view name) {
    if (!is_there) lacking += fmt::format("{}{}", lacking.empty() ? "" : " and ", name);
  };
  require(has(CAP_BPF) || has(CAP_SYS_ADMIN), "CAP_BPF");
  require(has(CAP_PERFMON) || has(CAP_SYS_ADMIN), "CAP_PERFMON");
  require(has(CAP_NET_ADMIN), "CAP_NET_ADMIN");
  return lacking;
}

// ---- Features of this kernel ----

std::string kernel_release() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

bool lacks_helper(bpf_func_id helper) {
  return libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, helper, nullptr) == 0;
}

// Tries to load a program that passes every frame.
bool lacks_fragments() {
  std::array<bpf_insn, 2> pass{};
  pass[0].code = BPF_ALU64 | BPF_MOV | BPF_K;  // into register 0
  pass[0].imm = XDP_PASS;
  pass[1].code = BPF_JMP | BPF_EXIT;
  bpf_prog_load_opts options{};
  options.sz = sizeof options;
  options.prog_flags = BPF_F_XDP_HAS_FRAGS;
  const UniqueFd program(std::max(
      -1, bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", pass.data(), pass.size(), &options)));
  return !program.is_open();
}

// Returns the first missing feature that our programs need, or null.
const char* lacking_feature() {
  if (lacks_helper(BPF_FUNC_ringbuf_reserve)) return "BPF rings";
  if (lacks_helper(BPF_FUNC_timer_init)) return "BPF timers";
  if (lacks_helper(BPF_FUNC_xdp_load_bytes)) return "bpf_xdp_load_bytes";
  if (lacks_fragments()) return "XDP frames of several fragments";
  return nullptr;
}

bool is_statistics(std::string_view line) {
  return line.starts_with("processed ") || line.starts_with("verification time ") ||
         line.starts_with("stack depth ");
}

}  // namespace

VerifierLog::VerifierLog() : text_(std::make_unique_for_overwrite<char[]>(kLogBytes)) {
  text_[0] = '\0';
}

bpf_object_open_opts VerifierLog::open_options() {
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.kernel_log_buf = text_.get();
  options.kernel_log_size = kLogBytes;
  return options;
}

std::string decisive_line(std::string_view verifier_log) {
  std::string_view decisive;
  while (!verifier_log.empty()) {
    const std::size_t end = std::min(verifier_log.find('\n'), verifier_log.size());
    const std::string_view line = verifier_log.substr(0, end);
    if (!line.empty() && !is_statistics(line)) decisive = line;
    verifier_log.remove_prefix(std::min(end + 1, verifier_log.size()));
  }
  if (decisive.size() <= kLongestReason) return std::string(decisive);
  return fmt::format("{}...", decisive.substr(0, kLongestReason));
}

// Reports missing privileges first, because the kernel then returns various errors. A lack of
// resources is reported before that: nothing else can be tested then, and libbpf may return another
// errno.
Error explain_refusal(int error, std::string_view verifier_log) {
  constexpr std::string_view kWhat = "cannot load the XDP program";
  Result<void> room = check_descriptors(kDescriptors);
  if (!room) return std::move(room).error().within(kWhat);
  if (is_resource_error(error)) return run_error("{}: {}", kWhat, std::strerror(error));
  if (const std::string lacking = lacking_capabilities(); !lacking.empty()) {
    return run_error("{}: {}; it needs root, or {} besides", kWhat, std::strerror(error), lacking);
  }
  if (error == EPERM) {
    return run_error(
        "{}: {}, though the capabilities are there; user namespaces, seccomp and lockdown forbid "
        "it",
        kWhat, std::strerror(error));
  }
  if (const char* const feature = lacking_feature()) {
    return run_error("{}: this kernel, {}, has no {}; {}", kWhat, kernel_release(), feature,
                     kNeeds);
  }
  if (const std::string reason = decisive_line(verifier_log); !reason.empty()) {
    return run_error("{}: the verifier of Linux {} refuses it: {}; -v shows its whole log", kWhat,
                     kernel_release(), reason);
  }
  return run_error("{}: {}", kWhat, std::strerror(error));
}

}  // namespace masscan::nic
