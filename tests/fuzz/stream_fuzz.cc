// Streams of TCP: two bytes of port, then what a service said. Each protocol reads it, whole and
// cut; what it says of a stream does not depend on the segments that carried it.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "protocols/stream_table.h"

namespace {

using masscan::Bytes;
using masscan::banner::StreamOutput;
using masscan::banner::StreamProtocol;
using masscan::banner::StreamSettings;
using masscan::banner::StreamStep;

StreamStep read_by(const StreamProtocol& protocol, std::uint16_t port, Bytes received,
                   bool has_ended, StreamOutput& out) {
  static const StreamSettings kSettings{.keeps_html = true};
  const StreamStep step = protocol.read({.received = received,
                                         .has_ended = has_ended,
                                         .was_asked = protocol.has_hello(),
                                         .peer = {.port = port},
                                         .settings = kSettings},
                                        out);
  const bool is_done = step.kind == StreamStep::Kind::kDone;
  CHECK(is_done || out.texts().empty());
  CHECK(!has_ended || is_done || step == StreamStep::foreign());
  CHECK(step.kind != StreamStep::Kind::kSend || !out.request.empty());
  return step;
}

bool is_same(const StreamOutput& a, const StreamOutput& b) {
  const auto is_same_text = [](const StreamOutput::Text& one, const StreamOutput::Text& other) {
    return one.application == other.application && one.text == other.text;
  };
  return std::ranges::equal(a.texts(), b.texts(), is_same_text) && a.software() == b.software();
}

// REQUIRES: `cut` is a beginning of `whole`.
void check_split(const StreamProtocol& protocol, std::uint16_t port, Bytes cut, Bytes whole) {
  StreamOutput early;
  StreamOutput late;
  if (read_by(protocol, port, cut, false, early).kind != StreamStep::Kind::kDone) return;
  CHECK(read_by(protocol, port, whole, false, late).kind == StreamStep::Kind::kDone);
  CHECK(is_same(early, late));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < sizeof(std::uint16_t)) return 0;
  const auto port = masscan::load_be<std::uint16_t>(input);
  const Bytes stream = input.subspan(sizeof(port));
  for (const StreamProtocol* const protocol : masscan::protocols::stream_protocols()) {
    StreamOutput out;
    read_by(*protocol, port, stream, true, out);
    check_split(*protocol, port, stream.first(stream.size() / 2), stream);
    check_split(*protocol, port, stream.first(stream.size() / 4 * 3), stream);
    if (!stream.empty()) check_split(*protocol, port, stream.first(stream.size() - 1), stream);
  }
  return 0;
}
