// Reading a record back from a line: the line is taken apart into texts, and these are understood.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "format/item.h"

namespace masscan::format {

// What a line says, as views into it. Those that a format does not keep stay as they are here.
struct Fields {
  std::string_view state, transport, port, address, time;
  std::string_view reason = "none";
  std::string_view ttl = "0";
  std::string_view application, text;  // of a banner; the text is escaped
};

// The record these fields mean, or Damage if one of them makes no sense. masscan prints the times
// of some formats as signed 32-bit numbers: a negative one is a time from 2038 on.
FileItem to_record(const Fields& fields);
// The same for a banner, whose text `unescape` undoes into `bytes`.
FileItem to_banner(const Fields& fields, bool (*unescape)(std::string_view, std::string&),
                   std::string& bytes);

// What a line means that is of no shape the format knows.
constexpr Malformed kNoSuchLine = {"the line makes no sense"};

// Takes `line` apart like `pattern`, in which each '*' stands for a field: the text up to the
// first place where what follows the '*' follows. True if all of both fits; `fields`, one for each
// '*', then view into `line`.
bool match(std::string_view line, std::string_view pattern,
           std::initializer_list<std::string_view*> fields);

}  // namespace masscan::format
