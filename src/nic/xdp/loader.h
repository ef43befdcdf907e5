// Loads our BPF programs. On failure, finds the reason: a missing privilege, a missing kernel
// feature, or the message of the verifier.
//
// For files that include a skeleton (cmake/bpf.cmake).
// Thread: any, before the workers run.
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

// The buffer for the verifier's log.
class VerifierLog {
 public:
  VerifierLog();
  bpf_object_open_opts open_options();
  std::string_view text() const { return text_.get(); }

 private:
  std::unique_ptr<char[]> text_;  // its pages are allocated when written to
};

// Returns the decisive line of a verifier's log, the last one before its statistics. Very long
// lines are shortened. Returns an empty string if there is none.
std::string decisive_line(std::string_view verifier_log);

// Explains why the kernel refused programs, from `error` (an errno) and the log.
Error explain_refusal(int error, std::string_view verifier_log);

// Loads the programs and maps of a skeleton. If the verifier refuses them, writes its whole log to
// `log` unless that is null.
template <typename Skeleton>
Result<std::unique_ptr<Skeleton, void (*)(Skeleton*)>> load_programs(std::FILE* log) {
  VerifierLog verifier_log;
  const bpf_object_open_opts options = verifier_log.open_options();
  libbpf_set_print(nullptr);  // our Errors hold what it would print
  std::unique_ptr<Skeleton, void (*)(Skeleton*)> programs(Skeleton::open(&options),
                                                          Skeleton::destroy);
  if (!programs) return run_error("cannot read the XDP programs: {}", last_system_error());
  const int error = Skeleton::load(programs.get());
  if (error == 0) return programs;
  if (log != nullptr) std::fputs(verifier_log.text().data(), log);
  return explain_refusal(-error, verifier_log.text());
}

}  // namespace masscan::nic
