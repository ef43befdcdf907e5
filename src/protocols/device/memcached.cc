// Memcached: its version. `stats`, which masscan sends, is answered by many times its size.
#include "banner/answer_text.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kMemcachedPorts[] = {11211};
constexpr std::uint32_t kRequestBits = 0xffff0000;
// A header precedes the text: request, number and count of the datagram, zero.
constexpr banner::UdpRequest kMemcachedRequests[] = {{.name = "memcached-version",
                                                      .payload = "\0\0\0\0\0\x01\0\0version\r\n"sv,
                                                      .token_bits = kRequestBits,
                                                      .amplification = 2}};
constexpr std::uint16_t kMaxDatagrams = 100;

// Adds "name=value " of the few values that masscan prints.
void add_statistic(std::string_view line, banner::AnswerText& text) {
  const std::size_t blank = line.find(' ');
  const std::string_view name = line.substr(0, blank);
  if (blank == std::string_view::npos) return;
  if (name == "uptime" || name == "time" || name == "version")
    text.format("{}={} ", name, line.substr(blank + 1));
}

std::optional<UdpAnswer> read_memcached(Bytes datagram, std::string& out) {
  constexpr std::string_view kStatistic = "STAT ";
  constexpr std::string_view kVersion = "VERSION ";
  banner::Reader reader(datagram);
  const auto request = reader.be<std::uint16_t>();
  const auto number = reader.be<std::uint16_t>();
  const auto count = reader.be<std::uint16_t>();
  const auto zero = reader.be<std::uint16_t>();
  if (!reader.is_ok() || number > kMaxDatagrams || count > kMaxDatagrams || zero != 0) return {};
  banner::AnswerText text(out);
  bool is_recognised = false;
  while (reader.left() > 0) {
    const std::string_view line = trim(as_text(reader.until('\n')));
    if (line.starts_with(kStatistic))
      add_statistic(line.substr(kStatistic.size()), text);
    else if (line.starts_with(kVersion))
      text.format("version={} ", line.substr(kVersion.size()));
    else if (line == "END" || line == "ERROR")
      is_recognised = true;
    else
      break;
    is_recognised = true;
  }
  if (!is_recognised) return {};
  return UdpAnswer{record::Application::kMemcached, std::uint32_t{request} << 16, kRequestBits};
}

}  // namespace

constexpr banner::UdpProtocol kMemcached = {"memcached", kMemcachedPorts, kMemcachedRequests,
                                            read_memcached};

}  // namespace masscan::protocols
