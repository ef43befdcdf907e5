// Escapes the bytes of a banner in text formats as masscan does: printable ASCII only, harmless on
// a terminal and between quotes or tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masscan::record {

// Escapes as "\x0a" all bytes except printable ones, and also < > & \ " '. Output is cut at the
// size of masscan's buffer, 8,190 characters.
void append_text_escaped(std::string& out, std::string_view bytes);

// Escapes the same bytes as "\u000a" (RFC 8259, 7), at most 65,534 characters.
void append_json_escaped(std::string& out, std::string_view bytes);

// Appends base64 with padding (RFC 4648, 4).
void append_base64(std::string& out, std::string_view bytes);
// The inverse. REQUIRES: it is base64 with padding.
std::string decode_base64(std::string_view text);

// The inverses of the first two, appended to `bytes`. Return false at a backslash that begins no
// such escape.
bool unescape_text(std::string_view text, std::string& bytes);
bool unescape_json(std::string_view text, std::string& bytes);

}  // namespace masscan::record
