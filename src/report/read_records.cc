#include "report/read_records.h"

#include <sys/stat.h>

#include <variant>

#include "report/read_entries.h"

namespace masscan::report {
namespace {

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

bool can_be_read_back(const std::string& path, const Format& format) {
  return format.parse != nullptr && is_regular_file(path);
}

Result<void> read_records(const std::string& path, const Format& format,
                          const std::function<void(const Record&)>& visit) {
  if (!can_be_read_back(path, format)) return {};
  return read_entries(path, {.format = &format}, [&](const Parsed& parsed, std::uint64_t) {
    if (const auto* record = std::get_if<Record>(&parsed)) visit(*record);
    return true;
  });
}

}  // namespace masscan::report
