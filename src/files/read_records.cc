#include "files/read_records.h"

#include <variant>

#include "base/file.h"
#include "files/read_entries.h"

namespace masscan::files {

bool can_be_read_back(const std::string& path, const format::Format& format) {
  return format.parse != nullptr && is_regular_file(path);
}

Result<void> read_records(const std::string& path, const format::Format& format,
                          const std::function<void(const record::Record&)>& visit) {
  if (!can_be_read_back(path, format)) return {};
  return read_entries(path, {.format = &format},
                      [&](const format::FileItem& parsed, std::uint64_t) {
                        if (const auto* record = std::get_if<record::Record>(&parsed))
                          visit(*record);
                        return true;
                      });
}

}  // namespace masscan::files
