// Lists of targets, as a value and as a file: what parses, prints and parses again names the same,
// and a text that is good as a value means the same in a file, where only names may be refused.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/unique_fd.h"
#include "targets/target_parser.h"

namespace {

using masscan::Result;
using masscan::UniqueFd;
using masscan::targets::ListKind;
using masscan::targets::TargetList;

Result<void> load(std::string_view content, TargetList& into) {
  const UniqueFd file(memfd_create("targets_fuzz", MFD_CLOEXEC));
  CHECK(file.is_open());
  CHECK(::write(file.get(), content.data(), content.size()) == std::ssize(content));
  return masscan::targets::load_target_file("/proc/self/fd/" + std::to_string(file.get()),
                                            ListKind::kTargets, into);
}

// What a list names, in order.
struct Targets {
  explicit Targets(TargetList list) {
    addresses.add(std::move(list.ranges));
    pairs.add(std::move(list.pairs));
    merge(std::move(list.names), names);
  }
  bool operator==(const Targets&) const = default;

  masscan::targets::AddressSet addresses;
  masscan::targets::PairSet pairs;
  std::vector<masscan::targets::HostName> names;
};

void check_that_echo_reads_back(const Targets& targets) {
  std::string text;
  for (const std::string& range : describe(targets.addresses)) text += range + '\n';
  for (const std::string& some : describe(targets.pairs)) text += some + '\n';
  for (const auto& name : targets.names) text += to_string(name) + '\n';
  TargetList again;
  CHECK(load(text, again));
  CHECK(Targets(std::move(again)) == targets);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  TargetList of_value;
  TargetList of_file;
  const Result<void> as_value =
      masscan::targets::parse_targets(text, "value", ListKind::kTargets, of_value);
  const Result<void> as_file = load(text, of_file);
  CHECK(as_value || !as_value.error().message.empty());
  CHECK(as_value || of_value.empty());
  CHECK(as_file || of_file.empty());
  const Targets from_file(std::move(of_file));
  if (as_value && (as_file || of_value.names.empty())) {
    CHECK(as_file);
    CHECK(Targets(std::move(of_value)) == from_file);
  }
  check_that_echo_reads_back(from_file);
  return 0;
}
