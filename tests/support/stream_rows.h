// Rows of tables that say what protocols read out of recorded streams.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/recorded_streams.h"

namespace masscan::test {

struct StreamRow {
  std::string_view name;  // of the recording
  std::vector<std::string> texts;
  std::string_view software{};
  std::vector<std::size_t> requests{};  // bytes of each that was due behind the hello
  bool is_unmistakable = false;         // it is read on a connection where nobody said the hello
};

inline void expect_read(const StreamRow& row) {
  SCOPED_TRACE(row.name);
  const RecordedStream recorded = recorded_stream(row.name);
  const ReadStream whole = recorded.read(recorded.bytes, true);
  EXPECT_EQ(whole.step, banner::StreamStep::done());
  EXPECT_EQ(whole.texts, row.texts);
  EXPECT_EQ(whole.software, row.software);
  std::vector<std::size_t> requests;
  for (std::size_t length = 0; length < recorded.bytes.size(); ++length) {
    const ReadStream part = recorded.read(recorded.bytes.substr(0, length), false);
    EXPECT_NE(part.step, banner::StreamStep::foreign()) << length;
    if (part.step.requests > requests.size()) requests.push_back(part.request.size());
  }
  EXPECT_EQ(requests, row.requests);
  const banner::StreamSettings settings;
  banner::StreamOutput out;
  const auto unasked = recorded.protocol->read(
      {.received = as_bytes(recorded.bytes), .has_ended = true, .settings = settings}, out);
  EXPECT_EQ(unasked == banner::StreamStep::done(), row.is_unmistakable);
}

// Streams of any length that say nothing are foreign to all protocols of the rows.
inline void expect_fillers_are_foreign(std::span<const StreamRow> rows) {
  constexpr std::string_view kFillers[] = {{"\0", 1}, "\xff",    "A", "(",
                                           "*1\r\n",  "*-2\r\n", "-", "\x30"};
  std::set<const banner::StreamProtocol*> protocols;
  for (const StreamRow& row : rows) protocols.insert(recorded_stream(row.name).protocol);
  std::set<std::size_t> lengths = {5, 6};
  for (std::size_t power = 1; power <= 1 << 17; power *= 2)
    lengths.merge(std::set{power - 1, power, power + 1});
  for (const std::string_view filler : kFillers) {
    for (const std::size_t length : lengths) {
      std::string text;
      while (text.size() < length) text += filler;
      text.resize(length);
      for (const auto* const protocol : protocols)
        EXPECT_EQ(read(*protocol, 0, text, true).step, banner::StreamStep::foreign())
            << protocol->name << ' ' << filler << ' ' << length;
    }
  }
}

}  // namespace masscan::test
