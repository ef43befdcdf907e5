// What a format of results is, and the list of all.
//
// A format is a few pure functions: four append bytes to a string, two read them back. Files,
// flushing and disk errors are files::ResultFile's business, reading whole files read_entries'. A
// new format is one file that defines it, a line in formats.h and its place in the list of
// format.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/document_info.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/column.h"
#include "record/record.h"

namespace masscan::format {

// The separators of a format whose document is one unit (an XML element, a JSON array) and is
// invalid without its end. Such a document always has a header and a trailer.
struct Enclosure {
  std::string_view header_end;    // the last line of a header
  std::string_view separator;     // between two records
  std::string_view record_begin;  // start of a record's first line, including masscan's banners
  std::string_view record_end;    // of its last line, including the line end
  std::string_view trailer_begin;
  std::string_view trailer_end;
  bool has_counts;  // the trailer contains the number of records
  int record_lines = 1;
};

// A row states what the format has; what it does not state the format lacks, or it is 0 or empty.
struct Format {
  std::string_view name;             // as --output-format spells it
  std::string_view other_name = {};  // accepted too
  char letter = '\0';                // the L of -oL
  std::string_view opening = {};     // with which every document begins

  // What stands before the first record and after the last one.
  void (*header)(std::string& out, const DocumentInfo& info) = nullptr;
  // Never null: by default it appends nothing.
  void (*record)(std::string& out, const record::Record& record) =
      [](std::string& /*out*/, const record::Record& /*record*/) {};
  // Null where banners are left out.
  void (*banner)(std::string& out, const record::Banner& banner) = nullptr;
  void (*trailer)(std::string& out, const Ending& ending) = nullptr;

  // How many bytes the first item of these takes: a line with its end, or a binary record. 0: its
  // end is not there yet; kEndless: it never comes, and what follows cannot be read. Null where the
  // format cannot be read back.
  std::size_t (*item_length)(std::string_view rest) = nullptr;
  // What a whole item holds, of lines without their end. The texts of a banner view into the
  // item or into `bytes`. What the format does not keep has its default.
  FileItem (*parse)(std::string_view item, std::string& bytes) = nullptr;

  const Enclosure* enclosure = nullptr;  // null where every line stands alone

  // Replaces `record` and `banner` if the user chooses the columns.
  void (*row)(std::string& out, std::span<const record::Column> columns,
              const record::ResultView& result) = nullptr;
  // Post-processes a complete file.
  Result<void> (*finish)(const std::string& path, const Ending& ending) = nullptr;
  bool keeps_time = true;       // of a record, for whoever reads it back
  bool shows_excludes = false;  // the header tells which addresses were left out
  // Parses in bulk the items that most files consist of: puts the leading records of `rest` in the
  // place of what is in `records`, and returns how many bytes they take; 0 if the first item is no
  // record. Equals repeated `item_length` and `parse`.
  std::size_t (*parse_run)(std::string_view rest, std::vector<record::Record>& records) = nullptr;
  // Writes in bulk: appends what `record` would for the first ones, as long as all take equally
  // many bytes, and returns how many. For formats that are not enclosed.
  std::size_t (*append_run)(std::string& out, std::span<const record::Record> records) = nullptr;
};

// The `item_length` of formats whose items are lines.
std::size_t line_length(std::string_view rest);

// The format that writes nothing and has no file.
constexpr std::string_view kNoFormat = "none";

// Every format, in the order in which help text lists them. They live as long as the program.
std::span<const Format* const> formats();

// Find a format by name, ignoring case, or by letter, which is case-sensitive. Return null if there
// is none.
const Format* find_format(std::string_view name);
const Format* find_format(char letter);

}  // namespace masscan::format
