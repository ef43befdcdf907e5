// Reads fields of BER (ITU-T X.690): tag, definite length, contents. Tags have one byte.
// Valid until: the bytes are freed.
#pragma once

#include <cstdint>
#include <optional>

#include "banner/reader.h"

namespace masscan::banner {

namespace ber {
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kOid = 0x06;
constexpr std::uint8_t kEnumerated = 0x0a;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kSet = 0x31;
}  // namespace ber

struct BerField {
  std::uint8_t tag = 0;
  Bytes contents;
};

inline std::optional<BerField> read_ber(Reader& reader) {
  const auto tag = reader.be<std::uint8_t>();
  const auto first = reader.be<std::uint8_t>();
  std::uint64_t length = first;
  if (first & 0x80) {
    const Bytes digits = reader.take(first & 0x7f);
    if (digits.empty() || digits.size() > sizeof(length)) return std::nullopt;
    length = 0;
    for (const std::byte digit : digits) length = length << 8 | std::to_integer<unsigned>(digit);
  }
  const Bytes contents = reader.take(length);
  return reader.is_ok() ? std::optional(BerField{tag, contents}) : std::nullopt;
}

// The contents of the next field if it has this tag; else the reader may be anywhere behind.
inline std::optional<Bytes> read_ber(Reader& reader, std::uint8_t tag) {
  const auto field = read_ber(reader);
  return field && field->tag == tag ? std::optional(field->contents) : std::nullopt;
}

// The same, to be read on.
inline std::optional<Reader> open_ber(Reader& reader, std::uint8_t tag) {
  const auto contents = read_ber(reader, tag);
  return contents ? std::optional<Reader>(*contents) : std::nullopt;
}

// The value of an INTEGER or ENUMERATED, of which 64 bits count.
inline std::int64_t ber_integer(Bytes contents) {
  const bool is_negative = !contents.empty() && (contents.front() & std::byte{0x80}) != std::byte{};
  std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
  for (const std::byte digit : contents) value = value << 8 | std::to_integer<unsigned>(digit);
  return static_cast<std::int64_t>(value);
}

inline std::optional<std::int64_t> read_ber_integer(Reader& reader) {
  const auto contents = read_ber(reader, ber::kInteger);
  return contents ? std::optional(ber_integer(*contents)) : std::nullopt;
}

}  // namespace masscan::banner
