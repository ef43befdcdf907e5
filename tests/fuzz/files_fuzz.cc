// Whole files of results, whatever their format and compression seem to be: read to their end, in
// order, and never beyond it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "base/check.h"
#include "base/unique_fd.h"
#include "files/read_entries.h"

using namespace masscan;
using masscan::format::FileItem;
using masscan::record::Banner;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const masscan::UniqueFd fd(::memfd_create("results", MFD_CLOEXEC));
  CHECK(fd.is_open());
  CHECK(::write(fd.get(), data, size) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(fd.get());

  bool is_over = false;
  std::uint64_t last = 0;
  const auto result =
      masscan::files::read_entries(path, {}, [&](const FileItem& parsed, std::uint64_t offset) {
        CHECK(!is_over);
        CHECK(offset >= last);
        last = offset;
        if (const auto* banner = std::get_if<record::Banner>(&parsed)) {
          CHECK(banner->text.size() <= masscan::record::kMaxBannerBytes + 64);
        }
        const auto* damage = std::get_if<masscan::format::Malformed>(&parsed);
        is_over = damage != nullptr && damage->is_last;
        return true;
      });
  if (!result) CHECK(!result.error().message.empty());
  return 0;
}
