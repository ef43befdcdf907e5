#include "files/read_entries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <span>
#include <variant>
#include <vector>

#include "base/file.h"
#include "format/formats.h"

namespace masscan::files {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kList = "#masscan\nopen tcp 80 10.0.0.1 1\n";

class ReadEntries : public testing::Test {
 protected:
  ReadEntries() { fs::create_directory(folder_); }
  ~ReadEntries() override { fs::remove_all(folder_); }

  // Reads a file with this content: ports, and offsets of malformed items.
  void read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    result_ = read_entries(path_, {}, [&](const format::FileItem& parsed, std::uint64_t offset) {
      if (const auto* record = std::get_if<record::Record>(&parsed))
        ports_.push_back(record->port.number);
      if (std::holds_alternative<format::Malformed>(parsed)) damaged_.push_back(offset);
      return true;
    });
  }

  void compress(const std::string& command, const std::string& content) {
    const std::string plain = folder_ / "plain";
    std::ofstream(plain, std::ios::binary) << content;
    ASSERT_EQ(std::system((command + " < " + plain + " > " + path_).c_str()), 0);
    read(read_file(path_).value());
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("read_entries_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "results";
  Result<void> result_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::uint64_t> damaged_;
};

std::string golden(const std::string& name) {
  return read_file(MASSCAN_GOLDEN_DIR "/outputs/" + name).value();
}

TEST_F(ReadEntries, RecognisesEveryFormatByItsContent) {
  for (const auto* ending : {"list", "xml", "gnmap", "json", "ndjson", "bin"}) {
    ports_.clear();
    read(golden(std::string("reject.head.") + ending));
    EXPECT_TRUE(result_) << ending;
    EXPECT_EQ(ports_.size(), 7u) << ending;
    EXPECT_THAT(damaged_, IsEmpty()) << ending;
  }
}

TEST_F(ReadEntries, RecognisesFilesWithoutTheirBeginning) {
  read("open tcp 80 10.0.0.1 1\n");
  EXPECT_THAT(ports_, ElementsAre(80));
  // masscan's rotated JSON files start like this.
  const std::string json = golden("reject.head.json");
  ports_.clear();
  read(",\n" + json.substr(2));
  EXPECT_EQ(ports_.size(), 7u);
}

TEST_F(ReadEntries, RefusesWhatItDoesNotKnow) {
  for (const auto* text : {"hello\n", "masscan/1.6\n", "<html>\n",
                           "\x7f"
                           "ELF",
                           "{}"}) {
    read(text);
    ASSERT_FALSE(result_) << text;
    EXPECT_THAT(result_.error().message, HasSubstr("no file of results"));
  }
}

TEST_F(ReadEntries, FindsNothingInAnEmptyFile) {
  read("");
  EXPECT_TRUE(result_);
  EXPECT_THAT(damaged_, IsEmpty());
}

TEST_F(ReadEntries, SaysWhichFileIsMissing) {
  const auto result = read_entries("/nonexistent/file", {},
                                   [](const format::FileItem&, std::uint64_t) { return true; });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("/nonexistent/file: cannot open"));
  EXPECT_EQ(result.error().fault, Fault::kRun);
}

TEST_F(ReadEntries, GoesOnBehindDamageAndSaysWhereItWas) {
  read(std::string(kList) + "nonsense\nopen tcp 81 10.0.0.1 1\n");
  EXPECT_THAT(ports_, ElementsAre(80, 81));
  EXPECT_THAT(damaged_, ElementsAre(kList.size()));
}

TEST_F(ReadEntries, ReadsABinaryFileAsFarAsItGoes) {
  std::string file;
  format::kBinaryFormat.header(file, {.began = {}, .ports = {}});
  const std::size_t first = file.size();
  format::kBinaryFormat.record(file, {.address = net::Ipv4Address(1), .port = {.number = 80}});
  const std::size_t unknown = file.size();
  file += "\x63\x02xx";
  const std::size_t second = file.size();
  format::kBinaryFormat.record(file, {.address = net::Ipv6Address(1), .port = {.number = 81}});
  for (std::size_t length = second + 1; length < file.size(); ++length) {
    ports_.clear();
    damaged_.clear();
    read(file.substr(0, length));
    EXPECT_THAT(ports_, ElementsAre(80));
    EXPECT_THAT(damaged_, ElementsAre(unknown, second));
  }
  ports_.clear();
  damaged_.clear();
  read(file.substr(0, first + 1));
  EXPECT_THAT(ports_, IsEmpty());
  EXPECT_THAT(damaged_, ElementsAre(first));
}

// Returns the ports of a binary file that has a banner and a malformed item, up to `most_calls`
// calls; batches are in brackets.
std::string ports_with_runs(const std::string& path, std::size_t most_calls) {
  std::string file, told;
  format::kBinaryFormat.header(file, {.began = {}, .ports = {}});
  for (const std::uint16_t port : {80, 81, 82, 83, 84}) {
    if (port == 82)
      format::kBinaryFormat.banner(file, {.address = net::Ipv4Address(1), .port = {}});
    if (port == 84) file += "\x63\x02xx";
    format::kBinaryFormat.record(file, {.address = net::Ipv4Address(1), .port = {.number = port}});
  }
  std::ofstream(path, std::ios::binary) << file;
  const auto visit_run = [&](std::span<const record::Record> records) {
    told += '[';
    for (const record::Record& record : records) told += std::to_string(record.port.number) + ' ';
    told += ']';
    return --most_calls > 0;
  };
  read_entries(path, {.visit_run = visit_run},
               [&](const format::FileItem& parsed, std::uint64_t offset) {
                 told += std::holds_alternative<record::Banner>(parsed) ? "banner"
                                                                        : std::to_string(offset);
                 return --most_calls > 0;
               })
      .value();
  return told;
}

TEST_F(ReadEntries, HandsOutRunsOfRecordsBetweenTheRest) {
  const std::string damage = std::to_string(99 + 4 * 15 + 16);
  EXPECT_EQ(ports_with_runs(path_, 100), "[80 81 ]banner[82 83 ]" + damage + "[84 ]");
  EXPECT_EQ(ports_with_runs(path_, 3), "[80 81 ]banner[82 83 ]");
}

TEST_F(ReadEntries, LeavesOutALineWithoutMeasure) {
  const std::string line = "banner tcp 80 10.0.0.1 1 http " + std::string(3 << 20, 'x');
  // The rest of a long line must not be parsed as a line.
  read(std::string(kList) + line + "\nopen tcp 81 10.0.0.1 1\n" + line);
  EXPECT_THAT(ports_, ElementsAre(80, 81));
  EXPECT_EQ(damaged_.front(), kList.size());
}

TEST_F(ReadEntries, UndoesCompression) {
  std::string many(kList);
  for (int i = 0; i < 100000; ++i) many += "open tcp 81 10.0.0.1 1\n";
  for (const auto* command : {"gzip -c", "gzip -1c", "zstd -qc", "zstd -q -19 -c"}) {
    ports_.clear();
    compress(command, many);
    EXPECT_EQ(ports_.size(), 100001u) << command;
    EXPECT_THAT(damaged_, IsEmpty()) << command;
  }
}

TEST_F(ReadEntries, ReadsCompressedFilesBehindEachOther) {
  for (const std::string command : {"gzip", "zstd -q"}) {
    ports_.clear();
    compress("sh -c 'tee a.$$ | " + command + " -c; " + command + " -c a.$$; rm a.$$'",
             std::string(kList));
    EXPECT_THAT(ports_, ElementsAre(80, 80)) << command;
    EXPECT_THAT(damaged_, IsEmpty()) << command;
  }
}

TEST_F(ReadEntries, ReadsDamagedCompressionAsFarAsItGoes) {
  std::string many(kList);
  for (int i = 0; i < 100000; ++i) many += "open tcp " + std::to_string(i % 65536) + " ::1 1\n";
  for (const auto* command : {"gzip -c", "zstd -qc"}) {
    compress(command, many);
    const std::string whole = read_file(path_).value();
    for (const bool is_cut : {true, false}) {
      ports_.clear();
      damaged_.clear();
      std::string file = whole.substr(0, is_cut ? whole.size() / 2 : whole.size());
      if (!is_cut) file[whole.size() - 10] ^= 0x55;
      read(file);
      EXPECT_TRUE(result_) << command;
      EXPECT_GT(ports_.size(), 1000u) << command;
      EXPECT_FALSE(damaged_.empty()) << command;
    }
  }
}

TEST_F(ReadEntries, EndsWhenNothingMoreIsWanted) {
  std::ofstream(path_) << kList << "open tcp 81 10.0.0.1 1\n";
  int calls = 0;
  ASSERT_TRUE(read_entries(path_, {}, [&](const format::FileItem&, std::uint64_t) {
    ++calls;
    return false;
  }));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace masscan::files
