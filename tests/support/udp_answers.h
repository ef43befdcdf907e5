// What a protocol over UDP reads out of a datagram, for tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "banner/udp_protocol.h"
#include "support/recorded.h"

namespace masscan::test {

struct ReadAnswer {
  std::string text;
  std::uint32_t token = 0;
  std::uint32_t token_bits = 0;

  bool operator==(const ReadAnswer&) const = default;
};

inline void PrintTo(const ReadAnswer& answer, std::ostream* out) {
  *out << answer.text << std::hex << " token " << answer.token << '/' << answer.token_bits;
}

inline std::optional<ReadAnswer> read(const banner::UdpProtocol& protocol,
                                      std::string_view datagram) {
  ReadAnswer result;
  const auto answer = protocol.read(as_bytes(datagram), result.text);
  if (!answer) return std::nullopt;
  result.token = answer->token;
  result.token_bits = answer->token_bits;
  return result;
}

// A recorded answer, and what is read out of it.
struct AnswerRow {
  std::string_view name;
  const banner::UdpProtocol& protocol;
  record::Application application;
  ReadAnswer answer;
};

inline void expect_read(const AnswerRow& row) {
  SCOPED_TRACE(row.name);
  const Recorded recorded = test::recorded(row.name);
  EXPECT_EQ(read(row.protocol, recorded.bytes), row.answer);
  std::string text;
  const auto answer = row.protocol.read(as_bytes(recorded.bytes), text);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->application, row.application);
}

}  // namespace masscan::test
