// Answers over UDP: two bytes of port, then a datagram, which each protocol may get to read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "banner/answer_text.h"
#include "base/check.h"
#include "protocols/udp_table.h"

namespace {

using masscan::Bytes;

void check(const std::optional<masscan::banner::UdpAnswer>& answer, const std::string& text) {
  CHECK(answer || text.empty());
  CHECK(text.size() <= masscan::banner::kMaxAnswerText);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < sizeof(std::uint16_t)) return 0;
  const auto port = masscan::load_be<std::uint16_t>(input);
  const Bytes datagram = input.subspan(sizeof(port));
  bool is_read = false;
  for (const masscan::banner::UdpProtocol* const protocol : masscan::protocols::udp_protocols()) {
    std::string text;
    const auto answer = protocol->read(datagram, text);
    check(answer, text);
    is_read = is_read || answer;
  }
  std::string text;
  const auto answer = masscan::protocols::read_udp(port, datagram, text);
  check(answer, text);
  CHECK(answer.has_value() == is_read);
  return 0;
}
