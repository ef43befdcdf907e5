// Messages of DNS that no server sends.
#include <gtest/gtest.h>

#include "protocols/network/dns_message.h"
#include "protocols/network/protocols.h"
#include "support/udp_answers.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

const std::string kVersionAnswer = std::string(
    "\0\x07\x85\0\0\x01\0\x01\0\0\0\0\x07version\x04"
    "bind\0\0\x10\0\x03\xc0\x0c\0\x10\0\x03\0\0\0\0"sv);
constexpr std::string_view kStrings = "\x03one\x04two \x00\x01x"sv;

std::string with_data(std::size_t length, std::string_view data) {
  std::string message = kVersionAnswer;
  message += static_cast<char>(length >> 8);
  message += static_cast<char>(length);
  return message.append(data);
}

TEST(Dns, LengthsOfDataAreNotTrusted) {
  const std::size_t whole = kStrings.size();
  for (std::size_t length = 0; length <= whole + 2; ++length) {
    const auto answer = test::read(kDns, with_data(length, kStrings));
    const bool is_end_of_string = length == 0 || length == 4 || length == 9 || length == 10;
    EXPECT_EQ(answer.has_value(), is_end_of_string || length == whole) << length;
  }
  EXPECT_EQ(test::read(kDns, with_data(whole, kStrings))->text, "onetwo x");
  EXPECT_FALSE(test::read(kDns, with_data(65535, kStrings)));
}

TEST(Dns, OnlyAnswersToOurQuestionsAreRead) {
  const std::string answer = with_data(kStrings.size(), kStrings);
  const auto with = [&](std::size_t at, char value) {
    std::string changed = answer;
    changed[at] = value;
    return test::read(kDns, changed);
  };
  EXPECT_TRUE(with(2, '\x85'));
  EXPECT_FALSE(with(2, '\x05'));  // a request
  EXPECT_FALSE(with(2, '\xad'));  // another opcode
  EXPECT_FALSE(with(3, '\x40'));  // the bit that is zero
  EXPECT_FALSE(with(5, '\x02'));  // two questions
}

std::optional<std::string> name_at(std::string_view message, std::size_t at) {
  std::string name;
  banner::AnswerText text(name);
  return add_dns_name(as_bytes(message), at, text) ? std::optional(name) : std::nullopt;
}

TEST(DnsName, FollowsTenPointersAndNoMore) {
  std::string message =
      "\x01"
      "a";
  message += '\0';
  for (int i = 0; i < 12; ++i) {
    message += '\xc0';
    message += static_cast<char>(i == 0 ? 0 : message.size() - 3);
  }
  EXPECT_EQ(name_at(message, 3 + 2 * 9), "a");
  EXPECT_EQ(name_at(message, 3 + 2 * 10), std::nullopt);
}

TEST(DnsName, LoopsAndEndlessNamesEnd) {
  EXPECT_EQ(name_at("\xc0\x00"sv, 0), std::nullopt);
  EXPECT_EQ(name_at("\x01x\xc0\x00"sv, 0), std::nullopt);
  EXPECT_EQ(name_at("\xc0\x7f"sv, 0), std::nullopt);
  EXPECT_EQ(name_at("\xc0"sv, 0), std::nullopt);
  EXPECT_EQ(name_at("\x05"
                    "ab"sv,
                    0),
            std::nullopt);
  std::string endless;
  for (int i = 0; i < 10; ++i) endless += '\x3f' + std::string(0x3f, 'x');
  EXPECT_EQ(name_at(endless + '\0', 0), std::nullopt);
}

}  // namespace
}  // namespace masscan::protocols
