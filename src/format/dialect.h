// Which version of masscan numbered the applications of a binary file. The header rarely tells.
// Banners do: an application on its default port is evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "record/application.h"
#include "record/banner.h"

namespace masscan::format {

// Named by the newest version with this numbering; kHead is the development version.
enum class Dialect : std::uint8_t { kHead, k132, k105, k103 };

std::optional<Dialect> parse_dialect(std::string_view name);  // "head", "1.3.2", "1.0.5", "1.0.3"
std::string_view name(Dialect dialect);

// Returns the meaning of `number` in `dialect`.
record::Application application(std::uint16_t number, Dialect dialect);

// Returns the dialects of versions that write this header, the most likely one first.
std::span<const Dialect> dialects_of(std::string_view header);

// True if `number` has different meanings in them.
bool is_ambiguous(std::uint16_t number, std::span<const Dialect> dialects);

// Returns the dialect that the banners of these binary records fit best, up to the next header or
// trailer. Returns nullopt if several fit equally well.
std::optional<Dialect> find_dialect(std::string_view frames, std::span<const Dialect> dialects);

}  // namespace masscan::format
