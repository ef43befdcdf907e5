// The formats results can be written in, one row each.
//
// A format is a few pure functions: four append bytes to a string, one reads a record back. Files,
// flushing and disk errors are report::Document's business. A new format is one file with its
// functions and one row in the table of format.cc.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/record.h"

namespace masscan::report {

// How lines follow each other in a format whose document is one whole (an XML element, a JSON
// array) and makes no sense without its end. Such a document always has a header and a trailer.
struct Enclosure {
  std::string_view header_end;    // the last line of a header
  std::string_view separator;     // between two records
  std::string_view record_begin;  // of any record's line, banners of masscan included
  std::string_view record_end;    // with the line end
  std::string_view trailer_begin;
  std::string_view trailer_end;
  bool has_counts;  // the trailer tells how many records there are
};

struct Format {
  std::string_view name;        // as --output-format spells it
  std::string_view other_name;  // accepted too; empty where there is none
  char letter;                  // the L of -oL; '\0' where there is no short option
  std::string_view opening;     // with which every document begins

  // What stands before the first record and after the last one; null where there is nothing.
  void (*header)(std::string& out, const DocumentInfo& info);
  void (*record)(std::string& out, const Record& record);
  void (*banner)(std::string& out, const Banner& banner);  // null where banners are left out
  void (*trailer)(std::string& out, const Ending& ending);

  // The record that a line, without its line end, holds, where the format keeps all that tells one
  // record from another; nothing for other lines and for masscan's banners. Null where it does not.
  std::optional<Record> (*parse)(std::string_view line);

  const Enclosure* enclosure;  // null where every line stands alone
};

// Every format, in the order in which help text lists them. Rows live as long as the program.
std::span<const Format> formats();

// By name, in any case, or by letter, in exactly this one; null if there is no such format.
const Format* find_format(std::string_view name);
const Format* find_format(char letter);

}  // namespace masscan::report
