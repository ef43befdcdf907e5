// Records where each value of a configuration came from, for --echo-all.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option.h"

namespace masscan::cli {

class Origins {
 public:
  // Records that the option was applied.
  void note(const OptionUse& use);
  // Forgets all earlier options that set the same value.
  void reset(const Option& option);

  // Returns "from --rate, after scan.conf:3:8: rate": one line of printable text. "after" lists the
  // earlier places: a list adds them up, any other value replaces them.
  std::string describe(const Option& option) const;

 private:
  struct Places {
    std::vector<std::string> last;  // the most recent ones, the oldest first
    std::size_t dropped = 0;        // number of older ones
  };

  std::map<std::string_view, Places> by_row_;  // key: name of the row that echoes the value
};

}  // namespace masscan::cli
