// Spools of results, which somebody may have damaged: opened for more, and taken to their end, or
// refused with a sentence.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/unique_fd.h"
#include "output/spool.h"
#include "output/spool_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const masscan::UniqueFd fd(::memfd_create("spool", MFD_CLOEXEC));
  CHECK(fd.is_open());
  CHECK(::write(fd.get(), data, size) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(fd.get());

  const auto spool = masscan::output::Spool::open_existing(path, "redis");
  if (!spool) {
    CHECK(!spool.error().message.empty());
    return 0;
  }
  masscan::output::SpoolReader reader(**spool);
  std::uint64_t numbers = reader.delivered();
  while (!reader.is_at_end()) {
    const auto batch = reader.next();
    CHECK(batch.has_value());
    for (const masscan::output::Entry& entry : batch->entries) CHECK(entry.number >= numbers);
    CHECK(reader.mark_delivered().has_value());
    CHECK(reader.delivered() > numbers);
    numbers = reader.delivered();
  }
  CHECK(numbers == (*spool)->count());
  return 0;
}
