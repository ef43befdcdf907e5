// Parses addresses in arguments, configuration values and files of any length.
//
//   10.0.0.1   10.0.0.0/8   10.0.0.1-10.0.0.5   fd09::2   [fd09::]/64   [fd09::1]-[fd09::ff]
//   10.0.0.1:80   [fd09::2]:80   www.example.com   www.example.com:80   fe80::1%eth0
//
// An address and a port joined by a colon are one pair, independent of the plan's ports; the port
// is TCP. Names (see host_name.h) are kept as names. In files of targets a name needs a line of its
// own and a dot, because remarks look like names. An IPv6 address may have a scope, "%eth0", which
// the caller interprets.
//
// Items are separated by any number of blanks, commas and line ends; no comma may precede the first
// item. Blanks are allowed around '-' and '/' within a line: "10.0.0.1 - 10.0.0.5" is five
// addresses. A dash may be typographic (U+2010 to U+2015, or byte 0x96 of Windows). '-' begins a
// range after an address and is a letter in a name. Bits below a prefix are cleared.
//
// Comments, in files only: '#' or ';' where an item may begin, or '-' or '/' as the first character
// other than a blank of a line, each to the end of the line. Elsewhere '-' and '/' belong to an
// address. Other text after them ("10.0.0.1 - router") is an Error, because a wrong guess would
// scan what was meant to be excluded.
//
// Errors: name the first bad item and its position; `into` is then unchanged. Nothing is widened or
// left out silently.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "targets/address_set.h"
#include "targets/target_list.h"

namespace masscan::targets {

// What a list may contain besides addresses.
enum class ListKind : std::uint8_t {
  kTargets,            // pairs and names
  kTargetsAndAnyName,  // the same; in files also names without a dot
  kExcludes,           // names without a port
  kAddresses,          // nothing else
};

// Adds the items of an argument or configuration value. `place` names its source in the Error. A
// value without items is an Error.
Result<void> parse_targets(std::string_view text, std::string_view place, ListKind kind,
                           TargetList& into);
// Parses a value of addresses only.
Result<AddressSet> parse_addresses(std::string_view text, std::string_view place);

// Adds the items of a file; "-" is standard input. Uses a buffer of fixed size besides the list. A
// file without items is no error.
Result<void> load_target_file(const std::string& path, ListKind kind, TargetList& into);

}  // namespace masscan::targets
