#include "banner/messages.h"

#include <gtest/gtest.h>

#include <string>

namespace masscan::banner {
namespace {

using namespace std::string_view_literals;

constexpr Framing kFraming = {.opening = "ab"sv,
                              .opening_at = 1,
                              .length_at = 3,
                              .length_bytes = 2,
                              .uncounted = 5,
                              .least = 6,
                              .most = 8};

// Each message in brackets, then what the reader would say behind the last one.
std::string messages_in(std::string_view received, const Framing& framing, bool has_ended = false,
                        bool was_asked = true) {
  const StreamSettings settings;
  const Stream stream{.received = as_bytes(received),
                      .has_ended = has_ended,
                      .was_asked = was_asked,
                      .settings = settings};
  Messages messages(stream, framing);
  std::string all;
  for (Bytes one = messages.take(); !one.empty(); one = messages.take())
    all.append("[").append(as_text(one)).append("]");
  return all + (messages.step() == StreamStep::more() ? "more" : "foreign");
}

TEST(Messages, AreTakenWholeInOrder) {
  EXPECT_EQ(messages_in("-ab\0\1x=ab\0\2yz"sv, kFraming), "[-ab\0\1x][=ab\0\2yz]more"sv);
  Framing little = kFraming;
  little.order = std::endian::little;
  EXPECT_EQ(messages_in("-ab\1\0x"sv, little), "[-ab\1\0x]more"sv);
}

TEST(Messages, AreForeignFromTheFirstByteThatDoesNotFit) {
  for (const std::string_view fits : {""sv, "-"sv, "-a"sv, "-ab"sv, "-ab\0"sv, "-ab\0\3"sv})
    EXPECT_EQ(messages_in(fits, kFraming), "more") << fits;
  for (const std::string_view foreign :
       {"-b"sv, "-ac"sv, "-ab\0\0"sv, "-ab\0\4"sv, "-ab\xff\xff"sv})
    EXPECT_EQ(messages_in(foreign, kFraming), "foreign") << foreign;
}

TEST(Messages, AreForeignIfTheyEndTooEarlyOrNobodyAsked) {
  EXPECT_EQ(messages_in("-ab\0\2x"sv, kFraming, true), "foreign");
  EXPECT_EQ(messages_in("-ab\0\1x"sv, kFraming, false, false), "foreign");
  Framing greeting = kFraming;
  greeting.is_answer = false;
  EXPECT_EQ(messages_in("-ab\0\1x"sv, greeting, false, false), "[-ab\0\1x]more"sv);
}

}  // namespace
}  // namespace masscan::banner
