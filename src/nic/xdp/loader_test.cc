#include "nic/xdp/loader.h"

#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <thread>

#include "base/unique_fd.h"

namespace masscan::nic {
namespace {

using ::testing::HasSubstr;

struct LogRow {
  std::string description;
  std::string log;
  std::string decisive;
};

TEST(DecisiveLine, IsWhatTheVerifierSaidLast) {
  const std::vector<LogRow> rows = {
      {"Linux 6.1",
       "; if (bpf_xdp_load_bytes(frame, 0, record + 1, length)) {\n"
       "51: (85) call bpf_xdp_load_bytes#189\n"
       "invalid access to memory, mem_size=112 off=16 size=0\n"
       "R3 min value is outside of the allowed memory range\n"
       "processed 81 insns (limit 1000000) max_states_per_insn 0 total_states 8\n",
       "R3 min value is outside of the allowed memory range"},
      {"Linux 5.10, with all statistics",
       "func#0 @0\nBPF_STX uses reserved fields\nverification time 761 usec\nstack depth 0\n"
       "processed 0 insns (limit 1000000) max_states_per_insn 0\n",
       "BPF_STX uses reserved fields"},
      {"without an end of line", "math between pointers", "math between pointers"},
      {"empty lines", "reason\n\n\n", "reason"},
      {"nothing but statistics", "processed 0 insns\n", ""},
      {"nothing", "", ""},
      {"very long", std::string(300, 'x') + "\n", std::string(160, 'x') + "..."}};
  for (const LogRow& row : rows) EXPECT_EQ(decisive_line(row.log), row.decisive) << row.description;
}

// Like a skeleton, for a program that reads past the end of its context.
struct Refused {
  bpf_object_open_opts options{};

  static Refused* open(const bpf_object_open_opts* options) { return new Refused{*options}; }
  static void destroy(Refused* refused) { delete refused; }
  static int load(Refused* refused) {
    std::array<bpf_insn, 2> program{};
    program[0].code = BPF_LDX | BPF_MEM | BPF_W;
    program[0].src_reg = BPF_REG_1;
    program[0].off = 1000;
    program[1].code = BPF_JMP | BPF_EXIT;
    bpf_prog_load_opts options{};
    options.sz = sizeof options;
    options.log_level = 1;
    options.log_buf = refused->options.kernel_log_buf;
    options.log_size = static_cast<std::uint32_t>(refused->options.kernel_log_size);
    const UniqueFd fd(std::max(-1, bpf_prog_load(BPF_PROG_TYPE_XDP, "refused", "GPL",
                                                 program.data(), program.size(), &options)));
    return fd.is_open() ? 0 : -errno;
  }
};

struct Refusal {
  std::string message;
  std::string log;
};

Refusal refuse() {
  char* text = nullptr;
  std::size_t length = 0;
  std::FILE* const log = ::open_memstream(&text, &length);
  const auto loaded = load_programs<Refused>(log);
  std::fclose(log);
  Refusal refusal{loaded ? "" : loaded.error().message, {text, length}};
  std::free(text);
  return refusal;
}

void drop_capability(unsigned capability) {
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  std::array<__user_cap_data_struct, 2> halves{};
  ASSERT_EQ(::syscall(SYS_capget, &header, halves.data()), 0);
  halves[capability / 32].effective &= ~(1u << capability % 32);
  ASSERT_EQ(::syscall(SYS_capset, &header, halves.data()), 0);
}

class BpfLoader : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "XDP programs need root";
  }
};

TEST_F(BpfLoader, SaysWhatTheVerifierSays) {
  const Refusal refusal = refuse();
  EXPECT_THAT(refusal.message, HasSubstr("refuses it: invalid bpf_context access off=1000 size=4"));
  EXPECT_THAT(refusal.message, HasSubstr("-v shows its whole log"));
  EXPECT_THAT(refusal.message, Not(HasSubstr("root")));
  EXPECT_THAT(refusal.log, HasSubstr("invalid bpf_context access off=1000 size=4\n"));
  EXPECT_THAT(refusal.log, HasSubstr("processed 1 insns"));
}

// Capabilities are per thread. Nothing is loaded without them, because libbpf would remember the
// kernel's refusal for the whole process.
TEST_F(BpfLoader, SaysWhichCapabilitiesAreLacking) {
  std::string message;
  std::thread([&] {
    drop_capability(CAP_SYS_ADMIN);
    drop_capability(CAP_BPF);
    drop_capability(CAP_PERFMON);
    message = explain_refusal(EPERM, "").message;
  }).join();
  EXPECT_THAT(message, HasSubstr("it needs root, or CAP_BPF and CAP_PERFMON besides"));
}

TEST_F(BpfLoader, KnowsNoReasonButTheSystems) {
  EXPECT_EQ(explain_refusal(ENOMEM, "").message,
            "cannot load the XDP program: Cannot allocate memory");
  EXPECT_THAT(explain_refusal(EPERM, "").message, HasSubstr("seccomp"));
}

}  // namespace
}  // namespace masscan::nic
