#include "convert/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "format/format.h"
#include "support/test_folder.h"

namespace masscan::convert {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class ConvertTest : public testing::Test {
 protected:
  // A list of these lines.
  void add_file(const std::string& name, std::string_view lines) {
    request_.files.push_back(folder_.write(name, fmt::format("#masscan\n{}# end\n", lines)));
  }
  Result<void> run(const char* format = "list") {
    const output::OutputConfig output{.file = folder_.path("out"),
                                      .format = format::find_format(format)};
    return convert(request_, output, [this](std::string_view note) { notes_.emplace_back(note); });
  }
  std::string written() const { return folder_.read("out"); }

  test::TestFolder folder_;
  Request request_{.files = {},
                   .dialect = {},
                   .selection = {},
                   .now = WallTime(std::chrono::seconds(1'700'000'000))};
  std::vector<std::string> notes_;
};

TEST_F(ConvertTest, PutsAllFilesIntoOneInOrder) {
  add_file("a", "open tcp 80 10.0.0.1 5\nbanner tcp 80 10.0.0.1 6 http hello\n");
  add_file("b", "open tcp 443 10.0.0.2 3\n");
  ASSERT_TRUE(run());
  EXPECT_EQ(written(),
            "#masscan\nopen tcp 80 10.0.0.1 5\nbanner tcp 80 10.0.0.1 6 http hello\n"
            "open tcp 443 10.0.0.2 3\n# end\n");
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(ConvertTest, TurnsOneFormatIntoAnother) {
  add_file("a", "open tcp 80 10.0.0.1 5\n");
  ASSERT_TRUE(run("ndjson"));
  EXPECT_THAT(written(), AllOf(HasSubstr("\"ip\":\"10.0.0.1\""), HasSubstr("\"port\":80")));
}

TEST_F(ConvertTest, LeavesOutWhatIsNotWanted) {
  add_file("a", "open tcp 80 10.0.0.1 5\nopen tcp 80 10.0.0.2 5\nopen tcp 80 10.0.0.3 5\n");
  request_.selection.excluded_addresses.add(
      {net::Ipv4Address(0x0a000002), net::Ipv4Address(0x0a000002)});
  ASSERT_TRUE(run());
  EXPECT_EQ(written(), "#masscan\nopen tcp 80 10.0.0.1 5\nopen tcp 80 10.0.0.3 5\n# end\n");
}

TEST_F(ConvertTest, TellsWhereAFileMakesNoSenseAndGoesOnBehindIt) {
  add_file("a", "open tcp 80 10.0.0.1 5\nopen tcp 80 nowhere 5\nopen tcp 80 10.0.0.3 5\n");
  EXPECT_TRUE(run());
  EXPECT_EQ(written(), "#masscan\nopen tcp 80 10.0.0.1 5\nopen tcp 80 10.0.0.3 5\n# end\n");
  EXPECT_THAT(notes_, ElementsAre(AllOf(HasSubstr("a: byte 32: "), EndsWith("; it is left out"))));
}

TEST_F(ConvertTest, StopsTellingAndGivesTheirNumber) {
  std::string lines;
  for (int i = 0; i < 25; ++i) lines += "open tcp 80 nowhere 5\n";
  add_file("a", lines);
  EXPECT_TRUE(run());
  ASSERT_EQ(notes_.size(), 11u);
  EXPECT_THAT(notes_.back(), EndsWith("a: 25 pieces make no sense in all"));
}

TEST_F(ConvertTest, ReadsTheOtherFilesWhereOneCannotBeRead) {
  request_.files.push_back(folder_.path("missing"));
  add_file("b", "open tcp 443 10.0.0.2 3\n");
  request_.files.push_back(folder_.path("missing too"));
  const Result<void> outcome = run();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("missing too: cannot open: No such"))
      << "the last one";
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("missing: cannot open: No such"))) << "the others";
  EXPECT_THAT(written(), HasSubstr("open tcp 443 10.0.0.2 3\n"));
}

TEST_F(ConvertTest, WritesAWholeDocumentWhereNothingIsWanted) {
  add_file("a", "open tcp 80 10.0.0.1 5\n");
  request_.selection.addresses.emplace();
  ASSERT_TRUE(run("xml"));
  EXPECT_THAT(written(), AllOf(HasSubstr("<nmaprun"), EndsWith("</nmaprun>\r\n")));
}

TEST_F(ConvertTest, EndsOnAnInterruptWithAnErrorAndAWholeFile) {
  const auto interrupts = control::Interrupts::open(control::Hangup::kEnd, "cut short").value();
  ::kill(::getpid(), SIGINT);
  while (!interrupts->immediate_stop().stop_requested()) std::this_thread::yield();
  request_.interrupts = interrupts.get();
  add_file("a", "open tcp 80 10.0.0.1 5\n");
  const Result<void> outcome = run("xml");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "cut short");
  EXPECT_THAT(written(), EndsWith("</nmaprun>\r\n"));
}

}  // namespace
}  // namespace masscan::convert
