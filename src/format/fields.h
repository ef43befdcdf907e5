// Parses a record from a line: the line is split into fields, then these are parsed.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "format/item.h"

namespace masscan::format {

// The fields of a line. A field that the format lacks keeps its default. Valid until: the line
// changes.
struct Fields {
  std::string_view state, transport, port, address, time;
  std::string_view reason = "none";
  std::string_view ttl = "0";
  std::string_view extra_name, extra;            // of append_extra
  std::string_view application, text, software;  // of a banner; the last two are escaped
};

// Returns the record, or Malformed for an invalid field. masscan prints the times of some formats
// as signed 32-bit numbers: a negative one is a time from 2038 on.
FileItem to_record(const Fields& fields);
// Returns a banner, whose text and software `unescape` decodes into `bytes`.
FileItem to_banner(const Fields& fields, bool (*unescape)(std::string_view, std::string&),
                   std::string& bytes);

// For a line of unknown structure.
constexpr Malformed kNoSuchLine = {"the line makes no sense"};

// Matches `line` with `pattern`, in which each '*' is a field: the text up to the first occurrence
// of what follows the '*'. On success `fields`, one per '*', are views of `line`; else they keep
// what they had.
bool match(std::string_view line, std::string_view pattern,
           std::initializer_list<std::string_view*> fields);

// As `match`, with the fields in the order of both JSON formats.
bool match_json_record(std::string_view line, std::string_view pattern, Fields& fields);
bool match_json_extra(std::string_view line, std::string_view pattern, Fields& fields);
bool match_json_banner(std::string_view line, std::string_view pattern, Fields& fields);
bool match_json_software(std::string_view line, std::string_view pattern, Fields& fields);

}  // namespace masscan::format
