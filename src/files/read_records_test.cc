#include "files/read_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/file.h"

namespace masscan::files {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class ReadRecords : public testing::Test {
 protected:
  ~ReadRecords() override { fs::remove(path_); }

  // Returns the ports of the records in a file with this text.
  std::vector<std::uint16_t> ports(const std::string& text, std::string_view format) const {
    std::ofstream(path_) << text;
    return ports_of_file(path_, format);
  }
  static std::vector<std::uint16_t> ports_of_file(const std::string& path,
                                                  std::string_view format) {
    std::vector<std::uint16_t> found;
    read_records(path, *format::find_format(format), [&](const record::Record& record) {
      found.push_back(record.port.number);
    }).value();
    return found;
  }

  const std::string path_ =
      fs::temp_directory_path() / ("read_records_test." + std::to_string(::getpid()));
};

TEST_F(ReadRecords, PassesOverEverythingElse) {
  EXPECT_THAT(ports("#masscan\nopen tcp 80 10.0.0.1 1\nbanner tcp 81 10.0.0.1 1 http x\n\nhello\n"
                    "closed udp 82 ::1 2\n# end\n",
                    "list"),
              ElementsAre(80, 82));
}

TEST_F(ReadRecords, DoesNotTrustALineWithoutItsEnd) {
  EXPECT_THAT(ports("open tcp 80 10.0.0.1 17\nopen tcp 81 10.0.0.1 17", "list"), ElementsAre(80));
}

TEST_F(ReadRecords, SkipsLinesWithoutMeasure) {
  const std::string banner = "banner tcp 80 10.0.0.1 1 http " + std::string(1 << 20, 'x') + "\n";
  EXPECT_THAT(
      ports(banner + "open tcp 80 10.0.0.1 1\n" + banner + "open tcp 81 10.0.0.1 1\n", "list"),
      ElementsAre(80, 81));
}

TEST_F(ReadRecords, PutsLinesTogetherThatComeInPieces) {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += "open tcp " + std::to_string(i) + " 10.0.0.1 1\n";
  const std::vector<std::uint16_t> found = ports(text, "list");
  ASSERT_EQ(found.size(), 40000u);
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], i);
}

TEST_F(ReadRecords, FindsNothingWhereNothingCanBe) {
  EXPECT_THAT(ports_of_file("/nonexistent/file", "list"), IsEmpty());
  EXPECT_THAT(ports_of_file("-", "json"), IsEmpty());
  EXPECT_THAT(ports_of_file("/dev/null", "xml"), IsEmpty());
  EXPECT_THAT(ports("Discovered open port 80/tcp on 10.0.0.1\n", "interactive"), IsEmpty());
}

TEST_F(ReadRecords, ReadsMasscansFilesOfEveryFormat) {
  const std::pair<std::string_view, std::string_view> endings[] = {{"list", "list"},
                                                                   {"xml", "xml"},
                                                                   {"grepable", "gnmap"},
                                                                   {"json", "json"},
                                                                   {"ndjson", "ndjson"}};
  for (const auto& [format, ending] : endings) {
    const std::string path =
        std::string(MASSCAN_GOLDEN_DIR "/outputs/reject.head.") + std::string(ending);
    EXPECT_EQ(ports_of_file(path, format).size(), 7u) << format;
  }
}

}  // namespace
}  // namespace masscan::files
