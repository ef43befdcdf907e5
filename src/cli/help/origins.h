// Where the values of a configuration came from, for people who read a printed one.
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
  // The option is in force now, on top of what was said before.
  void note(const OptionUse& use);
  // What was said before about what this option sets is void.
  void reset(const Option& option);

  // "from --rate, after scan.conf:3:8: rate", one line of printable text whatever the places are.
  // Later places of a list add to it, of anything else replace it.
  std::string describe(const Option& option) const;

 private:
  struct Places {
    std::vector<std::string> last;  // a few, the oldest first
    std::size_t dropped = 0;        // older ones
  };

  std::map<std::string_view, Places> by_row_;  // by the name of the row that echoes the value
};

}  // namespace masscan::cli
