#include "base/fatal.h"

#include <unistd.h>

#include <atomic>
#include <new>

#include "base/standard_streams.h"

namespace masscan {
namespace {

[[noreturn]] void end_without_memory() {
  exit_with_sentence(
      "there is no memory left; end other programs, raise the limit (ulimit -v), or scan less at "
      "once (--shard)");
}

}  // namespace

void exit_with_sentence(std::string_view sentence) {
  // Static, because the process ends once for all threads.
  static std::atomic_flag is_ending;
  while (is_ending.test_and_set()) ::pause();
  for (const std::string_view part : {std::string_view("masscan: "), sentence, {"\n"}}) {
    write_stderr(part);
  }
  ::_exit(1);
}

void watch_memory() { std::set_new_handler(end_without_memory); }

}  // namespace masscan
