// The form of messages that DNS, mDNS and NetBIOS name service share (RFC 1035, 4.1).
#pragma once

#include <cstdint>
#include <optional>

#include "banner/answer_text.h"
#include "banner/reader.h"

namespace masscan::protocols {

namespace dns {
constexpr std::uint16_t kIsResponse = 0x8000;
constexpr std::uint16_t kOpcode = 0x7800;
constexpr std::uint16_t kIsTruncated = 0x0200;
constexpr std::uint16_t kHasRecursion = 0x0080;
constexpr std::uint16_t kReserved = 0x0040;
constexpr std::uint16_t kRcode = 0x000f;
constexpr std::size_t kHeaderBytes = 12;
}  // namespace dns

struct DnsHeader {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;

  bool is_answer() const { return (flags & (dns::kIsResponse | dns::kOpcode)) == dns::kIsResponse; }
  std::uint16_t rcode() const { return flags & dns::kRcode; }
  // As the first word of the message holds it.
  std::uint32_t token() const { return std::uint32_t{id} << 16; }
};

struct DnsRecord {
  std::uint16_t type = 0;
  std::uint16_t record_class = 0;
  std::size_t data_at = 0;
  Bytes data;
};

// A failed read spoils the reader.
DnsHeader read_dns_header(banner::Reader& reader);
void skip_dns_question(banner::Reader& reader);
DnsRecord read_dns_record(banner::Reader& reader);

// Adds a name as "a.b". Compression is followed; false if the name does not end within 255 bytes.
bool add_dns_name(Bytes message, std::size_t at, banner::AnswerText& text);

}  // namespace masscan::protocols
