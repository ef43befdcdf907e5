// Raw bytes of a banner in formats of text, as masscan writes them: always printable ASCII, and
// inert on a terminal and between quotes or tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masscan::record {

// "\x0a": every byte but the printable ones, and < > & \ " ' too. masscan's buffer ends after 8,190
// characters; what does not fit is left out.
void append_text_escaped(std::string& out, std::string_view bytes);

// "\u000a": the same bytes as code points of JSON (RFC 8259, 7), at most 65,534 characters.
void append_json_escaped(std::string& out, std::string_view bytes);

// RFC 4648, 4: with padding.
void append_base64(std::string& out, std::string_view bytes);

// The inverses of the first two, into `bytes`. False where a backslash does not begin such an
// escape.
bool unescape_text(std::string_view text, std::string& bytes);
bool unescape_json(std::string_view text, std::string& bytes);

}  // namespace masscan::record
