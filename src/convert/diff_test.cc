#include "convert/diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/test_folder.h"

namespace masscan::convert {
namespace {

using testing::HasSubstr;

class DiffTest : public testing::Test {
 protected:
  Request request(std::string_view older, std::string_view newer) const {
    const auto list = [](std::string_view lines) {
      return lines.empty() ? "" : fmt::format("#masscan\n{}# end\n", lines);
    };
    return {.files = {folder_.write("old", list(older)), folder_.write("new", list(newer))},
            .dialect = {},
            .selection = {},
            .now = {}};
  }
  // What is printed about two lists of these lines.
  std::string diff(std::string_view older, std::string_view newer,
                   DiffFormat format = DiffFormat::kText) const {
    return diff(request(older, newer), format);
  }
  std::string diff(const Request& request, DiffFormat format = DiffFormat::kText) const {
    std::string printed;
    const auto print = [&printed](std::string_view text) {
      printed += text;
      return Result<void>();
    };
    const Result<void> outcome = convert::diff(
        request, format, [](std::string_view note) { ADD_FAILURE() << note; }, print);
    if (!outcome) ADD_FAILURE() << outcome.error().message;
    return printed;
  }

  test::TestFolder folder_;
};

struct Row {
  const char* name;
  const char* older;
  const char* newer;
  const char* printed;
};

constexpr Row kRows[] = {
    {"nothing", "", "", ""},
    {"the same at another time", "open tcp 80 10.0.0.1 5\n", "open tcp 80 10.0.0.1 9\n", ""},
    {"only the newer one", "", "open tcp 80 10.0.0.1 5\n", "opened 10.0.0.1 80/tcp\n"},
    {"closed before", "closed tcp 80 10.0.0.1 5\n", "open tcp 80 10.0.0.1 5\n",
     "opened 10.0.0.1 80/tcp\n"},
    {"closed now", "open tcp 80 10.0.0.1 5\n", "closed tcp 80 10.0.0.1 5\n",
     "closed 10.0.0.1 80/tcp\n"},
    {"filtered now", "open tcp 80 10.0.0.1 5\n", "filtered tcp 80 10.0.0.1 5\n",
     "closed 10.0.0.1 80/tcp\n"},
    {"not there any more", "open tcp 80 10.0.0.1 5\n", "", "gone 10.0.0.1 80/tcp\n"},
    {"never open", "closed tcp 80 10.0.0.1 5\n", "filtered tcp 80 10.0.0.1 5\n", ""},
    {"the last record counts", "open tcp 80 10.0.0.1 5\nclosed tcp 80 10.0.0.1 6\n",
     "open tcp 80 10.0.0.1 7\nclosed tcp 80 10.0.0.1 8\n", ""},
    {"transports are different ports", "open tcp 53 10.0.0.1 5\n", "open udp 53 10.0.0.1 5\n",
     "gone 10.0.0.1 53/tcp\nopened 10.0.0.1 53/udp\n"},
    {"IPv4 first, then by number", "",
     "open tcp 80 fd00::1 5\nopen tcp 80 10.0.0.10 5\nopen tcp 8080 10.0.0.9 5\n"
     "open tcp 80 10.0.0.9 5\n",
     "opened 10.0.0.9 80/tcp\nopened 10.0.0.9 8080/tcp\nopened 10.0.0.10 80/tcp\n"
     "opened fd00::1 80/tcp\n"},
    {"another banner", "banner tcp 22 10.0.0.1 5 ssh a\n", "banner tcp 22 10.0.0.1 6 ssh b\n",
     "changed 10.0.0.1 22/tcp ssh: \"a\" -> \"b\"\n"},
    {"a banner more", "banner tcp 22 10.0.0.1 5 ssh a\n",
     "banner tcp 22 10.0.0.1 6 ssh b\nbanner tcp 22 10.0.0.1 6 ssh a\n",
     "changed 10.0.0.1 22/tcp ssh: \"\" -> \"b\"\n"},
    {"banners of two applications", "banner tcp 80 10.0.0.1 5 http a\n",
     "banner tcp 80 10.0.0.1 6 title a\n",
     "changed 10.0.0.1 80/tcp http: \"a\" -> \"\"\nchanged 10.0.0.1 80/tcp title: \"\" -> \"a\"\n"},
    {"a banner twice", "banner tcp 22 10.0.0.1 5 ssh a\n",
     "banner tcp 22 10.0.0.1 6 ssh a\nbanner tcp 22 10.0.0.1 7 ssh a\n", ""},
};

TEST_F(DiffTest, TellsWhatChanged) {
  for (const Row& row : kRows) EXPECT_EQ(diff(row.older, row.newer), row.printed) << row.name;
}

TEST_F(DiffTest, TellsProgramsBothSides) {
  EXPECT_EQ(diff("open tcp 80 10.0.0.1 5\n", "closed tcp 80 10.0.0.1 6\n", DiffFormat::kNdjson),
            "{\"change\":\"closed\",\"ip\":\"10.0.0.1\",\"port\":80,\"proto\":\"tcp\","
            "\"before\":\"open\",\"after\":\"closed\"}\n");
  EXPECT_EQ(diff("", "banner tcp 22 10.0.0.1 5 ssh a\\x22b\n", DiffFormat::kNdjson),
            "{\"change\":\"changed\",\"ip\":\"10.0.0.1\",\"port\":22,\"proto\":\"tcp\","
            "\"service_name\":\"ssh\",\"before\":\"\",\"after\":\"a\\u0022b\"}\n");
}

TEST_F(DiffTest, LooksOnlyAtWhatIsWanted) {
  Request wanted = request("", "open tcp 80 10.0.0.1 5\nopen tcp 80 10.0.0.2 5\n");
  wanted.selection.excluded_addresses.add(
      {net::Ipv4Address(0x0a000001), net::Ipv4Address(0x0a000001)});
  EXPECT_EQ(diff(wanted), "opened 10.0.0.2 80/tcp\n");
}

TEST_F(DiffTest, EndsWithAnErrorWhereAFileCannotBeRead) {
  Request unreadable = request("", "");
  unreadable.files[1] = folder_.path("missing");
  const Result<void> outcome = convert::diff(
      unreadable, DiffFormat::kText, [](std::string_view) {},
      [](std::string_view) -> Result<void> { return run_error("printed"); });
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("missing: cannot open: No such file"));
}

TEST_F(DiffTest, EndsWithAnErrorWhereNobodyTakesWhatItPrints) {
  const Result<void> outcome = convert::diff(
      request("", "open tcp 80 10.0.0.1 5\n"), DiffFormat::kText, [](std::string_view) {},
      [](std::string_view) -> Result<void> { return run_error("the disk is full"); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "the disk is full");
}

}  // namespace
}  // namespace masscan::convert
