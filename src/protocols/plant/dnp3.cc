// DNP3: Request Link Status (IEEE 1815, 9.2.4), which an outstation answers only at its address.
// So we ask several: that of a device's own choice, and those that devices come with.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/plant/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {20000};
constexpr std::size_t kHeader = 10;
// We read no further than the header. A frame may carry data too: a report that nobody asked for.
constexpr banner::Framing kFraming = {
    .opening = "\x05\x64"sv, .length_bytes = 0, .uncounted = kHeader, .is_answer = false};
constexpr std::uint8_t kRequestLinkStatus = 0xc9;
constexpr std::uint8_t kFromMaster = 0x80;
// Self-address, then usual ones. A master has address 1, or 0 where the outstation has 1.
constexpr std::uint16_t kOutstations[] = {0xfffc, 1, 4, 10, 1024};

std::uint16_t checksum(Bytes bytes) {
  std::uint16_t sum = 0;
  for (const std::byte byte : bytes) {
    sum ^= std::to_integer<std::uint16_t>(byte);
    for (int bit = 0; bit < 8; ++bit)
      sum = static_cast<std::uint16_t>(sum >> 1 ^ (sum & 1 ? 0xa6bc : 0));
  }
  return static_cast<std::uint16_t>(~sum);
}

void write_hello(const banner::Peer&, const banner::StreamSettings&, std::string& out) {
  for (const std::uint16_t outstation : kOutstations) {
    std::byte frame[kHeader] = {std::byte{0x05}, std::byte{0x64}, std::byte{5},
                                std::byte{kRequestLinkStatus}};
    store_le<std::uint16_t>(frame, 4, outstation);
    store_le<std::uint16_t>(frame, 6, outstation == 1 ? 0 : 1);
    store_le(frame, 8, checksum(Bytes(frame).first(8)));
    out += as_text(frame);
  }
}

StreamStep read_dnp3(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  const bool is_right = load_le<std::uint16_t>(message, 8) == checksum(message.first(8));
  const bool is_from_master = (message[3] & std::byte{kFromMaster}) != std::byte{};
  if (!is_right || is_from_master) return StreamStep::foreign();
  std::string text;
  banner::Facts facts(text);
  facts.add("outstation", load_le<std::uint16_t>(message, 6));
  facts.add("master", load_le<std::uint16_t>(message, 4));
  out.add(record::Application::kDnp3, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kDnp3 = {
    .name = "dnp3", .ports = kPorts, .write_hello = write_hello, .read = read_dnp3};

}  // namespace masscan::protocols
