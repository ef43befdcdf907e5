#include "control/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace masscan::control {
namespace {

TEST(FlatJson, ReadsStringsAndNumbers) {
  const auto fields = parse_flat_json(R"( { "do" : "rate" , "pps":-12.50e+3,"":"" } )");
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (std::vector<JsonField>{
                         {"do", "rate", true}, {"pps", "-12.50e+3", false}, {"", "", true}}));
  EXPECT_TRUE(parse_flat_json("{}")->empty());
}

TEST(FlatJson, KnowsEveryEscape) {
  const auto fields = parse_flat_json(R"({"\"\\\/\b\f\n\r\t":"\u0041\u007f"})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->front().name, "\"\\/\b\f\n\r\t");
  EXPECT_EQ(fields->front().value, "A\x7f");
}

TEST(FlatJson, RefusesEverythingElse) {
  for (const char* text : {
           "",
           "{",
           "}",
           "[]",
           "\"a\"",
           "{} {}",
           "{,}",
           R"({"a"})",
           R"({"a":})",
           R"({"a":1,})",
           R"({a:1})",
           R"({'a':1})",
           R"({"a":true})",
           R"({"a":null})",
           R"({"a":{}})",
           R"({"a":[]})",
           R"({"a":01})",
           R"({"a":+1})",
           R"({"a":.5})",
           R"({"a":1.})",
           R"({"a":1e})",
           R"({"a":1 2})",
           R"({"a":"b)",
           R"({"a":"\)",
           R"({"a":"\x"})",
           R"({"a":"\u00"})",
           R"({"a":"\u00e9"})",
           "{\"a\":\"\n\"}",
           R"({"a":1,"a":2})",
       }) {
    EXPECT_FALSE(parse_flat_json(text)) << text;
  }
}

TEST(FlatJson, SaysWhereItStoppedUnderstanding) {
  EXPECT_EQ(parse_flat_json(R"({"do" "rate"})").error().message, "column 7: expected ':'");
  EXPECT_EQ(parse_flat_json(R"({"a":1,"a":2})").error().message, R"(field "a" stands there twice)");
}

RC_GTEST_PROP(FlatJson, ReadsBackWhatWasQuoted,
              (const std::string& name, const std::string& text)) {
  const auto fields = parse_flat_json('{' + quote_json(name) + ':' + quote_json(text) + '}');
  RC_ASSERT(fields.has_value());
  RC_ASSERT(*fields == (std::vector<JsonField>{{name, text, true}}));
}

}  // namespace
}  // namespace masscan::control
