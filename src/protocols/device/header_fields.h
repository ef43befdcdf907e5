// Messages in the form of HTTP: a line, then fields (RFC 9110, 5).
#pragma once

#include <initializer_list>
#include <string_view>

#include "banner/answer_text.h"

namespace masscan::protocols {

// Returns the first line without its end.
std::string_view first_line(std::string_view message);

// Compares names of fields, in which case does not matter.
bool is_same_name(std::string_view a, std::string_view b);

// Returns the value of a field, whose name may have any case; empty if there is none.
std::string_view header_field(std::string_view message, std::string_view name);

// Adds the first line, and " Name: value" for each of the fields that is there.
void add_status(banner::AnswerText& text, std::string_view message,
                std::initializer_list<std::string_view> names);

}  // namespace masscan::protocols
