// Filters as users write them: any text is a filter or an error with a column of it, and a filter
// has an answer for everything.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "report/filter.h"

using masscan::report::Banner;
using masscan::report::Filter;
using masscan::report::Finding;
using masscan::report::Record;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto filter = Filter::parse(text, "filter");
  if (!filter) {
    CHECK(filter.error().message.starts_with("filter: column "));
    return 0;
  }
  const Record record;
  const Banner banner{.text = text};
  const auto opposite = Filter::parse("!(" + text + ")", "filter");
  if (!opposite) return 0;  // one pair of brackets too many
  CHECK(filter->matches(Finding(record)) != opposite->matches(Finding(record)));
  CHECK(filter->matches(Finding(banner)) != opposite->matches(Finding(banner)));
  return 0;
}
