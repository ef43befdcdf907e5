// Lists of addresses, as a value and as a file: what parses, prints and parses again is the same
// set, and a text that is good as a value means the same in a file.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/unique_fd.h"
#include "targets/target_parser.h"

namespace {

using masscan::Result;
using masscan::UniqueFd;
using masscan::targets::AddressSet;

Result<void> load(std::string_view content, AddressSet& into) {
  const UniqueFd file(memfd_create("targets_fuzz", MFD_CLOEXEC));
  CHECK(file.is_open());
  CHECK(::write(file.get(), content.data(), content.size()) == std::ssize(content));
  return masscan::targets::load_target_file("/proc/self/fd/" + std::to_string(file.get()), into);
}

void check_that_echo_reads_back(const AddressSet& set) {
  std::string text;
  for (const std::string& range : describe(set)) text += range + '\n';
  AddressSet again;
  CHECK(load(text, again));
  CHECK(again == set);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  AddressSet of_value;
  AddressSet of_file;
  const Result<void> as_value = masscan::targets::parse_targets(text, "value", of_value);
  const Result<void> as_file = load(text, of_file);
  if (as_value) {
    CHECK(as_file);
    CHECK(of_value == of_file);
  } else {
    CHECK(!as_value.error().message.empty());
    CHECK(of_value.empty());
  }
  if (!as_file) CHECK(of_file.empty());
  check_that_echo_reads_back(of_file);
  return 0;
}
