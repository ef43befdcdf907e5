// Recorded streams and what protocols read out of them, for tests. A stream belongs to the protocol
// that its file is named after: "redis_1", "malformed_redis_1".
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "protocols/stream_table.h"
#include "support/recorded.h"

namespace masscan::test {

struct ReadStream {
  banner::StreamStep step;
  std::vector<std::string> texts;  // each behind the name of its application
  std::string request;
  std::string software;

  bool operator==(const ReadStream&) const = default;
};

inline void PrintTo(const ReadStream& stream, std::ostream* out) {
  *out << "step " << static_cast<int>(stream.step.kind) << '/' << stream.step.requests << " asks '"
       << stream.request << "' software '" << stream.software << '\'';
  for (const std::string& text : stream.texts) *out << "\n  " << text;
}

// Reads what came on a connection where the protocol's hello was sent, if it has one.
inline ReadStream read(const banner::StreamProtocol& protocol, std::uint16_t port,
                       std::string_view received, bool has_ended,
                       const banner::StreamSettings& settings = {}) {
  banner::StreamOutput out;
  ReadStream result;
  const std::string copy(received);  // so that reading behind its end is seen
  result.step = protocol.read({.received = as_bytes(copy),
                               .has_ended = has_ended,
                               .was_asked = protocol.has_hello(),
                               .peer = {.port = port},
                               .settings = settings},
                              out);
  for (const auto& [application, text] : out.texts()) {
    std::string named;
    record::append_name(named, application);
    result.texts.push_back(named + ": " + text);
  }
  result.request = out.request;
  result.software = out.software();
  return result;
}

struct RecordedStream : Recorded {
  const banner::StreamProtocol* protocol = nullptr;

  ReadStream read(std::string_view received, bool has_ended) const {
    return test::read(*protocol, port, received, has_ended);
  }
};

inline const banner::StreamProtocol* stream_protocol(std::string_view file) {
  constexpr std::string_view kMalformed = "malformed_";
  if (file.starts_with(kMalformed)) file.remove_prefix(kMalformed.size());
  const std::string_view name = file.substr(0, file.rfind('_'));
  const auto all = protocols::stream_protocols();
  const auto found = std::ranges::find(all, name, &banner::StreamProtocol::name);
  CHECK(found != all.end());
  return *found;
}

inline RecordedStream recorded_stream(std::string_view name) {
  return {recorded(name, "stream"), stream_protocol(name)};
}

inline std::vector<RecordedStream> recorded_streams() {
  std::vector<RecordedStream> all;
  for (Recorded& one : all_recorded("stream")) {
    const auto* const protocol = stream_protocol(one.name);
    all.push_back({std::move(one), protocol});
  }
  return all;
}

}  // namespace masscan::test
