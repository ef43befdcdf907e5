// The formats results can be written in, one row each.
//
// A format is three pure functions that append bytes to a string; files, flushing and disk errors
// are report::Document's business. A new format is one file with its functions and one row in the
// table of format.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/record.h"

namespace masscan::report {

struct Format {
  std::string_view name;  // as --output-format spells it
  char letter;            // the L of -oL; '\0' where there is no short option

  // What stands before the first record and after the last one; null where there is nothing. A
  // document without records has neither.
  void (*header)(std::string& out);
  void (*record)(std::string& out, const Record& record);
  void (*trailer)(std::string& out);
};

// Every format, in the order in which help text lists them. Rows live as long as the program.
std::span<const Format> formats();

// By name, in any case, or by letter, in exactly this one; null if there is no such format.
const Format* find_format(std::string_view name);
const Format* find_format(char letter);

}  // namespace masscan::report
