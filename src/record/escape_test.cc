#include "record/escape.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace masscan::record {
namespace {

std::string as_text(std::string_view bytes) {
  std::string text;
  append_text_escaped(text, bytes);
  return text;
}

std::string as_json(std::string_view bytes) {
  std::string text;
  append_json_escaped(text, bytes);
  return text;
}

TEST(Escape, KeepsWhatIsInertAndEscapesTheRest) {
  EXPECT_EQ(as_text("GET / HTTP/1.0"), "GET / HTTP/1.0");
  EXPECT_EQ(as_text("a\n<>&\\\"'\x7f\xff"), "a\\x0a\\x3c\\x3e\\x26\\x5c\\x22\\x27\\x7f\\xff");
  EXPECT_EQ(as_json("a\n<\xff"), "a\\u000a\\u003c\\u00ff");
}

TEST(Escape, EndsWhereMasscansBufferEnds) {
  EXPECT_EQ(as_text(std::string(9000, 'a')).size(), 8190u);
  EXPECT_EQ(as_json(std::string(70000, 'a')).size(), 65534u);
  EXPECT_EQ(as_text(std::string(9000, '\0')).size(), 8188u);
  // A single byte still fits where an escape does not.
  EXPECT_EQ(as_text(std::string(8187, 'a') + "\n\nbb"), std::string(8187, 'a') + "bb");
}

RC_GTEST_PROP(Escape, IsUndone, (const std::string& bytes)) {
  std::string again;
  RC_ASSERT(unescape_text(as_text(bytes), again));
  RC_ASSERT(again == bytes);
  RC_ASSERT(unescape_json(as_json(bytes), again));
  RC_ASSERT(again == bytes);
}

RC_GTEST_PROP(Escape, LeavesNothingThatATerminalOrParserMinds, (const std::string& bytes)) {
  for (const char c : as_text(bytes)) {
    RC_ASSERT(c >= 0x20);
    RC_ASSERT(c < 0x7f);
    RC_ASSERT(std::string_view("<>&\"'").find(c) == std::string_view::npos);
  }
}

TEST(Escape, RefusesWhatIsNoEscape) {
  std::string bytes;
  for (const auto* text : {"\\", "\\x", "\\x1", "\\xg1", "\\n", "a\\u000a"}) {
    EXPECT_FALSE(unescape_text(text, bytes)) << text;
  }
  for (const auto* text : {"\\u00", "\\u000", "\\u0100", "\\n", "\\x0a"}) {
    EXPECT_FALSE(unescape_json(text, bytes)) << text;
  }
}

RC_GTEST_PROP(Base64, IsReadBack, (const std::string& bytes)) {
  std::string text;
  append_base64(text, bytes);
  RC_ASSERT(decode_base64(text) == bytes);
}

}  // namespace
}  // namespace masscan::record
