#include "protocols/desktop/ntlmssp.h"

#include <gtest/gtest.h>

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

// Without its target information: the target "LAB", at 48.
constexpr std::string_view kHead =
    "NTLMSSP\0\x02\0\0\0\x06\0\x06\0\x38\0\0\0\x05\x82\x08\x02"
    "12345678\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kVersionAndTarget = "\x0a\0\x63\x45\0\0\0\x0fL\0A\0B\0"sv;

struct Row {
  std::string_view what;
  std::string_view info_field;
  std::string_view info;
  std::string_view text;
};

const Row kRows[] = {
    {"names, of which some are unknown", "\x1a\0\x1a\0\x3e\0\0\0"sv,
     "\x02\0\x02\0L\0\x01\0\x02\0H\0\x07\0\x02\0tt\x05\0\0\0\0\0\0\0"sv,
     " domain=LAB version=10.0.17763 ntlm-ver=15 domain=L name=H forest="},
    {"a name that is longer than the list", "\x08\0\x08\0\x3e\0\0\0"sv, "\x01\0\xff\xffHOST"sv,
     " domain=LAB version=10.0.17763 ntlm-ver=15"},
    {"a list behind the end", "\x08\0\x08\0\xff\xff\xff\xff"sv, ""sv,
     " domain=LAB version=10.0.17763 ntlm-ver=15"},
    {"a list that is longer than the message", "\xff\xff\xff\xff\x3e\0\0\0"sv, "\x01\0\x02\0H\0"sv,
     " domain=LAB version=10.0.17763 ntlm-ver=15"},
    {"no list", "\0\0\0\0\0\0\0\0"sv, ""sv, " domain=LAB version=10.0.17763 ntlm-ver=15"},
};

std::string challenge(const Row& row) {
  std::string message(kHead);
  return message.append(row.info_field).append(kVersionAndTarget).append(row.info);
}

std::string read(const std::string& token) {
  std::string text;
  add_ntlm_challenge(as_bytes(token), text);
  return text;
}

TEST(Ntlmssp, ReadsWhatIsThere) {
  for (const Row& row : kRows) {
    EXPECT_EQ(read(challenge(row)), row.text) << row.what;
    EXPECT_EQ(read("\x60\x40 within SPNEGO" + challenge(row)), row.text) << row.what;
  }
}

// Each cut is a buffer of its own, so that reading behind its end is seen.
TEST(Ntlmssp, ReadsNoFurtherThanItsEnd) {
  constexpr std::size_t kFixed = 48;
  for (const Row& row : kRows) {
    const std::string whole = challenge(row);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::string text = read(whole.substr(0, length));
      EXPECT_EQ(text.empty(), length < kFixed) << row.what << ": " << length;
    }
  }
}

TEST(Ntlmssp, IsNotAnyOtherMessage) {
  EXPECT_EQ(read(std::string(kNtlmNegotiate)), "");
  EXPECT_EQ(read(std::string("NTLMSSP\0\x03\0\0\0"sv) + std::string(80, 'a')), "");
}

TEST(Ntlmssp, TurnsUtf16IntoUtf8) {
  std::string text;
  append_utf8(as_bytes("a\0\xe9\0\xac\x20\x3d\xd8\x00\xde\x3d\xd8z\0\x00\xdex"sv), text);
  EXPECT_EQ(text, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdz\xef\xbf\xbd");
}

}  // namespace
}  // namespace masscan::protocols
