#include "protocols/stream_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "support/recorded_streams.h"

namespace masscan::protocols {
namespace {

using banner::StreamProtocol;
using banner::StreamStep;
using test::RecordedStream;

TEST(StreamTable, HasWholeRowsWithNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const StreamProtocol* const protocol : stream_protocols()) {
    EXPECT_TRUE(names.insert(protocol->name).second) << protocol->name;
    EXPECT_TRUE(protocol->read) << protocol->name;
  }
}

TEST(StreamTable, EveryProtocolHasARecordedStream) {
  const std::vector<RecordedStream> all = test::recorded_streams();
  for (const StreamProtocol* const protocol : stream_protocols()) {
    EXPECT_TRUE(std::ranges::any_of(all, [&](const RecordedStream& recorded) {
      return recorded.protocol == protocol && !recorded.is_malformed;
    })) << protocol->name;
  }
}

// Bytes behind the cut would be seen: each cut is a buffer of its own.
TEST(StreamTable, EverySplitGivesTheSameText) {
  for (const RecordedStream& recorded : test::recorded_streams()) {
    SCOPED_TRACE(recorded.name);
    const test::ReadStream whole = recorded.read(recorded.bytes, true);
    unsigned requests = 0;
    for (std::size_t length = 0; length <= recorded.bytes.size(); ++length) {
      const test::ReadStream part = recorded.read(recorded.bytes.substr(0, length), false);
      if (part.step.kind == StreamStep::Kind::kDone) {
        EXPECT_EQ(part, whole) << length;
      } else {
        EXPECT_TRUE(part.texts.empty()) << length;
      }
      if (part.step.kind == StreamStep::Kind::kSend) {
        EXPECT_GE(part.step.requests, requests) << length;
        EXPECT_FALSE(part.request.empty()) << length;
        requests = part.step.requests;
      }
    }
  }
}

TEST(StreamTable, EveryStreamThatEndsIsRead) {
  for (const RecordedStream& recorded : test::recorded_streams()) {
    for (std::size_t length = 0; length <= recorded.bytes.size(); ++length) {
      const std::string cut = recorded.bytes.substr(0, length);
      for (const StreamProtocol* const protocol : stream_protocols()) {
        const test::ReadStream end = test::read(*protocol, recorded.port, cut, true);
        EXPECT_TRUE(end.step == StreamStep::done() || end.step == StreamStep::foreign())
            << protocol->name << ": " << recorded.name << ' ' << length;
      }
    }
  }
}

TEST(StreamTable, RecordedStreamsAreReadByTheirProtocolOnAnyPort) {
  for (const RecordedStream& recorded : test::recorded_streams()) {
    for (const std::uint16_t port : {recorded.port, std::uint16_t{49152}}) {
      const banner::StreamSettings settings;
      banner::StreamOutput out;
      const auto reading = read_stream({.received = as_bytes(recorded.bytes),
                                        .has_ended = true,
                                        .peer = {.port = port},
                                        .settings = settings},
                                       recorded.protocol, out);
      const bool is_read = reading.protocol == recorded.protocol;
      EXPECT_NE(is_read, recorded.is_malformed) << recorded.name << " at " << port;
    }
  }
}

}  // namespace
}  // namespace masscan::protocols
