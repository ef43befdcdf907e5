// Addresses as people and other programs write them: in arguments, configuration values and files
// of any length.
//
//   10.0.0.1   10.0.0.0/8   10.0.0.1-10.0.0.5   fd09::2   [fd09::]/64   [fd09::1]-[fd09::ff]
//   10.0.0.1:80   [fd09::2]:80   www.example.com   www.example.com:80   fe80::1%eth0
//
// Address and port with a colon between them are one pair, whatever ports a plan has besides; the
// port is a TCP port. Names (see host_name.h) are kept as names; in files of targets a name stands
// alone on its line and has a dot in it, because a remark looks like a name. A scope, "%eth0", may
// follow an IPv6 address; what it means is the caller's business.
//
// Items are separated by blanks, commas and line ends, in any number; only the very first item may
// not have a comma before it. Blanks may stand around '-' and '/' within a line, so
// "10.0.0.1 - 10.0.0.5" is five addresses. A dash may be a typographic one (U+2010 to U+2015, or
// byte 0x96 of Windows). After an address '-' always begins a range, in a name it is part of it.
// Bits below a prefix are cleared.
//
// Comments, in files only: '#' or ';' where an item could begin, and '-' or '/' as the first
// character of a line that is not a blank, each to the end of the line. Further along a line '-'
// and '/' always belong to an address; text after them that is none ("10.0.0.1 - router") is an
// Error, because guessing wrong would scan what was meant to be excluded.
//
// All or nothing: an Error names the first bad item and its place, and `into` is unchanged.
// Nothing is ever widened or left out silently.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "targets/address_set.h"
#include "targets/target_list.h"

namespace masscan::targets {

// What a list may hold besides addresses.
enum class ListKind : std::uint8_t {
  kTargets,            // pairs, and names
  kTargetsAndAnyName,  // the same, and in files too names without a dot
  kExcludes,           // names without a port
  kAddresses,          // nothing
};

// Adds what an argument or configuration value names; `place` says where it stood, for the Error.
// A value that names nothing is one too.
Result<void> parse_targets(std::string_view text, std::string_view place, ListKind kind,
                           TargetList& into);
// A value with nothing but addresses.
Result<AddressSet> parse_addresses(std::string_view text, std::string_view place);

// Adds what a file names; "-" is standard input. Reads it piece by piece: besides the list itself
// only a fixed buffer is held. A file that names nothing is fine.
Result<void> load_target_file(const std::string& path, ListKind kind, TargetList& into);

}  // namespace masscan::targets
