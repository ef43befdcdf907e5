#include "protocols/network/dns_message.h"

namespace masscan::protocols {
namespace {

constexpr std::uint8_t kPointer = 0xc0;
constexpr int kMaxJumps = 10;
constexpr std::size_t kMaxName = 255;

// A name ends with an empty label or with a pointer.
void skip_name(banner::Reader& reader) {
  while (reader.is_ok()) {
    const auto length = reader.be<std::uint8_t>();
    reader.skip(length >= kPointer ? 1 : length);
    if (length == 0 || length >= kPointer) return;
  }
}

}  // namespace

DnsHeader read_dns_header(banner::Reader& reader) {
  DnsHeader header;
  header.id = reader.be<std::uint16_t>();
  header.flags = reader.be<std::uint16_t>();
  header.questions = reader.be<std::uint16_t>();
  header.answers = reader.be<std::uint16_t>();
  reader.skip(4);  // the counts of authorities and of additional records
  return header;
}

void skip_dns_question(banner::Reader& reader) {
  skip_name(reader);
  reader.skip(4);
}

DnsRecord read_dns_record(banner::Reader& reader) {
  DnsRecord record;
  skip_name(reader);
  record.type = reader.be<std::uint16_t>();
  record.record_class = reader.be<std::uint16_t>();
  reader.skip(4);  // the time to live
  const auto length = reader.be<std::uint16_t>();
  record.data_at = reader.at();
  record.data = reader.take(length);
  return record;
}

bool add_dns_name(Bytes message, std::size_t at, banner::AnswerText& text) {
  std::size_t total = 0;
  for (int jumps = 0; jumps <= kMaxJumps && at < message.size();) {
    const std::size_t length = std::to_integer<std::size_t>(message[at]);
    if (length == 0) return true;
    if (at + 1 >= message.size()) return false;
    if (length >= kPointer) {
      at = load_be<std::uint16_t>(message, at) & 0x3fff;
      ++jumps;
      continue;
    }
    const Bytes rest = message.subspan(at + 1);
    if (length > rest.size() || total + length > kMaxName) return false;
    if (total > 0) text.add(".");
    text.add(rest.first(length));
    total += length + 1;
    at += length + 1;
  }
  return false;
}

}  // namespace masscan::protocols
