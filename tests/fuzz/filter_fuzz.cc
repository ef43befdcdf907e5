// Filters as users write them: any text is a filter or an error with a column of it, and a filter
// has an answer for everything.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "record/filter.h"

using namespace masscan;
using masscan::record::Banner;
using masscan::record::Filter;
using masscan::record::Record;
using masscan::record::ResultView;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto filter = record::Filter::parse(text, "filter");
  if (!filter) {
    CHECK(filter.error().message.starts_with("filter: column "));
    return 0;
  }
  const record::Record record;
  const record::Banner banner{.text = text};
  const auto opposite = record::Filter::parse("!(" + text + ")", "filter");
  if (!opposite) return 0;  // one pair of brackets too many
  CHECK(filter->matches(record::ResultView(record)) !=
        opposite->matches(record::ResultView(record)));
  CHECK(filter->matches(record::ResultView(banner)) !=
        opposite->matches(record::ResultView(banner)));
  return 0;
}
