// Which masscan numbered the applications of a binary file. Its header hardly tells, but what
// stands in the file may: a banner of the application of its port is a sign.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "record/application.h"
#include "record/banner.h"

namespace masscan::format {

// Named by the newest version of each; kHead is the development version.
enum class Dialect : std::uint8_t { kHead, k132, k105, k103 };

std::optional<Dialect> parse_dialect(std::string_view name);  // "head", "1.3.2", "1.0.5", "1.0.3"
std::string_view name(Dialect dialect);

// What the writer of `dialect` meant by `number`.
record::Application application(std::uint16_t number, Dialect dialect);

// Those whose writers begin a file with this header; the likeliest one is first.
std::span<const Dialect> dialects_of(std::string_view header);

// True if not all of them mean the same by it.
bool is_ambiguous(std::uint16_t number, std::span<const Dialect> dialects);

// The one that the banners of these frames of a binary file fit best, up to the next header or
// trailer; nothing if several fit equally well.
std::optional<Dialect> find_dialect(std::string_view frames, std::span<const Dialect> dialects);

}  // namespace masscan::format
