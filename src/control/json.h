// The little JSON (RFC 8259) that control messages need: one object of strings, numbers and nothing
// else, such as {"do":"rate","pps":5000}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace masscan::control {

struct JsonField {
  std::string name;
  std::string value;  // of a string its characters, of a number its digits as written
  bool is_string = false;

  bool operator==(const JsonField&) const = default;
};

// Strict: a field named twice, another kind of value or anything after the object is an Error, and
// so is a \u escape above ASCII, which no message needs.
Result<std::vector<JsonField>> parse_flat_json(std::string_view text);

// The text as a JSON string, quotes included.
std::string quote_json(std::string_view text);

}  // namespace masscan::control
