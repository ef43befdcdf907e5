// Memcached: its version. `stats`, which masscan sends, is answered by many times its size; so it
// is asked over TCP only.
#include "banner/answer_text.h"
#include "banner/lines.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;
using banner::UdpAnswer;

constexpr std::uint16_t kMemcachedPorts[] = {11211};
constexpr std::uint32_t kRequestBits = 0xffff0000;
// A header precedes the text: request, number and count of the datagram, zero.
constexpr banner::UdpRequest kMemcachedRequests[] = {{.name = "memcached-version",
                                                      .payload = "\0\0\0\0\0\x01\0\0version\r\n"sv,
                                                      .token_bits = kRequestBits,
                                                      .amplification = 2}};
constexpr std::uint16_t kMaxDatagrams = 100;
constexpr std::string_view kStatistic = "STAT ";
constexpr std::string_view kEnd = "END";

// Adds "name=value " of the few values that masscan prints.
void add_statistic(std::string_view line, banner::AnswerText& text, std::string_view& version) {
  const std::size_t blank = line.find(' ');
  const std::string_view name = line.substr(0, blank);
  if (blank == std::string_view::npos) return;
  if (name == "uptime" || name == "time" || name == "version")
    text.format("{}={} ", name, line.substr(blank + 1));
  if (name == "version") version = line.substr(blank + 1);
}

// Reads a line. Returns false if it is not one of an answer.
bool read_line(std::string_view line, banner::AnswerText& text, std::string_view& version) {
  constexpr std::string_view kVersion = "VERSION ";
  if (line.starts_with(kStatistic))
    add_statistic(line.substr(kStatistic.size()), text, version);
  else if (line.starts_with(kVersion))
    text.format("version={} ", version = line.substr(kVersion.size()));
  else
    return line == kEnd || line == "ERROR";
  return true;
}

banner::StatedSoftware memcached(std::string_view version) {
  if (version.empty()) return {};
  return {"memcached", version};
}

std::optional<UdpAnswer> read_memcached(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const auto request = reader.be<std::uint16_t>();
  const auto number = reader.be<std::uint16_t>();
  const auto count = reader.be<std::uint16_t>();
  const auto zero = reader.be<std::uint16_t>();
  if (!reader.is_ok() || number > kMaxDatagrams || count > kMaxDatagrams || zero != 0) return {};
  banner::AnswerText text(out);
  bool is_recognised = false;
  std::string_view version;
  while (reader.left() > 0 && read_line(trim(as_text(reader.until('\n'))), text, version))
    is_recognised = true;
  if (!is_recognised) return {};
  return UdpAnswer{.application = record::Application::kMemcached,
                   .token = std::uint32_t{request} << 16,
                   .token_bits = kRequestBits,
                   .software = memcached(version)};
}

StreamStep read_memcached_stream(const banner::Stream& stream, banner::StreamOutput& out) {
  std::string_view rest = as_text(stream.received);
  const banner::Match match = banner::begins_with(rest, kStatistic);
  if (match == banner::Match::kMaybe && !stream.has_ended) return StreamStep::more();
  if (match != banner::Match::kYes) return StreamStep::foreign();
  std::string said;
  banner::AnswerText text(said);
  std::string_view version;
  bool is_whole = false;
  while (!is_whole) {
    const auto line = banner::take_line(rest);
    if (!line) break;
    is_whole = *line == kEnd || !read_line(*line, text, version);
  }
  if (!is_whole && !stream.has_ended) return StreamStep::more();
  out.add(record::Application::kMemcached, said);
  out.request = "quit\r\n";
  out.state_software(to_string(memcached(version)));
  return StreamStep::done();
}

}  // namespace

constexpr banner::UdpProtocol kMemcached = {"memcached", kMemcachedPorts, kMemcachedRequests,
                                            read_memcached};
constinit const banner::StreamProtocol kMemcachedStream = {.name = "memcached",
                                                           .ports = kMemcachedPorts,
                                                           .hello = "stats\r\n",
                                                           .read = read_memcached_stream};

}  // namespace masscan::protocols
