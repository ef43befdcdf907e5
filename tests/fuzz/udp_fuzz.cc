// Answers over UDP: two bytes of port, then a datagram, which each protocol may get to read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "banner/answer_text.h"
#include "base/check.h"
#include "protocols/udp_table.h"

using masscan::Bytes;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < sizeof(std::uint16_t)) return 0;
  const auto port = masscan::load_be<std::uint16_t>(input);
  const Bytes datagram = input.subspan(sizeof(port));
  bool is_read = false;
  for (const masscan::banner::UdpProtocol* const protocol : masscan::protocols::udp_protocols()) {
    std::string text;
    is_read |= protocol->read(datagram, text).has_value();
    CHECK(text.size() <= masscan::banner::kMaxAnswerText);
  }
  std::string text;
  const auto answer = masscan::protocols::read_udp(port, datagram, text);
  CHECK(answer.has_value() == is_read);
  CHECK(answer || text.empty());
  return 0;
}
