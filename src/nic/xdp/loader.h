// Loads our BPF programs; where the kernel refuses them, finds out why: what this process may not
// do, what this kernel cannot, or what its verifier says.
//
// For files that include a skeleton (cmake/bpf.cmake). Any thread; before the workers run.
#pragma once

#include <bpf/libbpf.h>

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace masscan::nic {

// Where the verifier writes what it thinks of a program that it refuses.
class VerifierLog {
 public:
  VerifierLog();
  bpf_object_open_opts open_options();
  std::string_view text() const { return text_.get(); }

 private:
  std::unique_ptr<char[]> text_;  // memory that costs nothing until it is written to
};

// The line of a verifier's log that says why: the last before its statistics. Shortened if it is
// very long; empty if there is none.
std::string decisive_line(std::string_view verifier_log);

// Why the kernel refused to load programs, of which `error` (an errno) and the log are known.
Error explain_refusal(int error, std::string_view verifier_log);

// The programs and maps of a skeleton, in the kernel. Where the verifier refuses them, its whole
// log is written to `log`, if there is one.
template <typename Skeleton>
Result<std::unique_ptr<Skeleton, void (*)(Skeleton*)>> load_programs(std::FILE* log) {
  VerifierLog verifier_log;
  const bpf_object_open_opts options = verifier_log.open_options();
  libbpf_set_print(nullptr);  // what it would tell standard error is in our errors
  std::unique_ptr<Skeleton, void (*)(Skeleton*)> programs(Skeleton::open(&options),
                                                          Skeleton::destroy);
  if (!programs) return run_error("cannot read the XDP programs: {}", last_system_error());
  const int error = Skeleton::load(programs.get());
  if (error == 0) return programs;
  if (log != nullptr) std::fputs(verifier_log.text().data(), log);
  return explain_refusal(-error, verifier_log.text());
}

}  // namespace masscan::nic
