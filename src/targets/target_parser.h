// Addresses as people and other programs write them: in arguments, configuration values and files
// of any length.
//
//   10.0.0.1   10.0.0.0/8   10.0.0.1-10.0.0.5   fd09::2   [fd09::]/64   [fd09::1]-[fd09::ff]
//
// Items are separated by blanks, commas and line ends, in any number; only the very first item may
// not have a comma before it. Blanks may stand around '-' and '/' within a line, so
// "10.0.0.1 - 10.0.0.5" is five addresses. A dash may be a typographic one (U+2010 to U+2015, or
// byte 0x96 of Windows). Bits below a prefix are cleared.
//
// Comments, in files only: '#' or ';' where an item could begin, and '-' or '/' as the first
// character of a line that is not a blank, each to the end of the line. Further along a line '-'
// and '/' always belong to an address; text after them that is none ("10.0.0.1 - router") is an
// Error, because guessing wrong would scan what was meant to be excluded.
//
// All or nothing: an Error names the first bad item and its place, and `into` is unchanged.
// Nothing is ever widened or left out silently.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "targets/address_set.h"

namespace masscan::targets {

// Adds the addresses of an argument or configuration value; `place` says where it stood, for the
// Error. A value without any address is one too.
Result<void> parse_targets(std::string_view text, std::string_view place, AddressSet& into);

// Adds the addresses of a file; "-" is standard input. Reads it piece by piece: besides the
// ranges themselves only a fixed buffer is held. A file without any address is fine.
Result<void> load_target_file(const std::string& path, AddressSet& into);

}  // namespace masscan::targets
