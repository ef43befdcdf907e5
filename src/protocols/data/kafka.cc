// Kafka: ApiVersions, which tells which requests it understands (KIP-35).
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {9092};
constexpr banner::Framing kFraming = {.opening = "mass"sv,  // the number of our request
                                      .opening_at = 4,
                                      .length_bytes = 4,
                                      .uncounted = 4,
                                      .least = 14,
                                      .most = 8192};

// Requests whose newest version says much about the release.
std::string_view fact_name(std::uint16_t key) {
  switch (key) {
    case 0:
      return "produce";
    case 1:
      return "fetch";
    case 3:
      return "metadata";
    case 18:
      return "api_versions";
    default:
      return {};
  }
}

StreamStep read_kafka(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  banner::Reader in(message.subspan(8));
  const auto error = in.be<std::uint16_t>();
  const std::uint64_t count = in.be<std::uint32_t>();
  if (count * 6 > in.left()) return StreamStep::foreign();
  std::string text;
  banner::Facts facts(text);
  if (error != 0) facts.add("error", error);
  facts.add("apis", count);
  while (in.left() >= 6) {
    const std::string_view name = fact_name(in.be<std::uint16_t>());
    const unsigned oldest = in.be<std::uint16_t>();
    const unsigned newest = in.be<std::uint16_t>();
    if (!name.empty()) facts.add(name, fmt::format("{}-{}", oldest, newest));
  }
  out.add(record::Application::kKafka, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kKafka = {
    .name = "kafka",
    .ports = kPorts,
    // Version 0 of request 18, from a client without a name.
    .hello = "\x00\x00\x00\x0a\x00\x12\x00\x00mass\xff\xff"sv,
    .read = read_kafka};

}  // namespace masscan::protocols
