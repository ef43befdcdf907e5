// Tests what decompressors read from compressed result files, and how the files are continued.
#include "format/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "files/input.h"
#include "files/read_records.h"
#include "files/result_file.h"
#include "support/open_port.h"

namespace masscan::format {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kBegan(std::chrono::seconds(1700000000));
const WallTime kEnd = kBegan + 5s;

record::Record record(std::uint16_t port) { return test::open_port(kBegan, port); }

class CompressedDocument : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  CompressedDocument() { fs::create_directory(folder_); }
  ~CompressedDocument() override { fs::remove_all(folder_); }

  Result<files::ResultFile> open(bool append, std::string_view name = "") const {
    return files::ResultFile::open(name.empty() ? path_ : std::string(folder_ / name), format_,
                                   append, {.began = kBegan, .ports = {}});
  }

  // Opens the file and writes these ports; without a trailer, as after SIGKILL, or with it.
  void write(std::initializer_list<std::uint16_t> ports, bool append, bool is_closed,
             std::string_view name = "") const {
    files::ResultFile document = open(append, name).value();
    for (const std::uint16_t port : ports) {
      document.write(record(port)).value();
      document.flush().value();
    }
    if (is_closed) document.close(kEnd).value();
  }

  static std::string text(const std::string& path) {
    const std::unique_ptr<files::Input> input = files::Input::open(path).value();
    std::string text;
    std::vector<char> buffer(1000);
    while (const std::size_t count = input->read(buffer).value()) text.append(buffer.data(), count);
    EXPECT_FALSE(input->is_damaged());
    return text;
  }
  std::string text() const { return text(path_); }

  // Returns the contents of an uncompressed document with the same results.
  std::string plain(std::initializer_list<std::uint16_t> ports) const {
    write(ports, false, true, "plain");
    return text(folder_ / "plain");
  }

  // Returns the size of the trailer before close; 0 if it is written only then.
  std::uint64_t trailer_bytes() const {
    if (format_.enclosure == nullptr) return 0;
    const std::string name = "empty" + std::get<1>(GetParam());
    write({}, false, false, name);
    std::string header;
    format_.header(header, {.began = kBegan, .ports = {}});
    return fs::file_size(folder_ / name) - compress(compression_of(name), header).size();
  }
  void cut(std::uint64_t bytes) const { fs::resize_file(path_, fs::file_size(path_) - bytes); }

  const Format& format_ = *find_format(std::get<0>(GetParam()));
  const fs::path folder_ =
      fs::temp_directory_path() / ("compression_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / ("results" + std::get<1>(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(Formats, CompressedDocument,
                         testing::Combine(testing::Values("list", "json", "xml", "ndjson", "csv",
                                                          "binary", "grepable", "ipport"),
                                          testing::Values(".gz", ".zst")));

TEST_P(CompressedDocument, HoldsWhatAPlainOneHolds) {
  write({80, 81}, false, true);
  EXPECT_EQ(text(), plain({80, 81}));
  EXPECT_NE(read_file(path_).value(), text());
}

TEST_P(CompressedDocument, WithoutRecordsHoldsWhatAPlainOneHolds) {
  write({}, false, true);
  EXPECT_EQ(text(), plain({}));
}

// Enclosed documents are complete even before they are closed.
TEST_P(CompressedDocument, ShowsAllTheTimeWhatAPlainOneShows) {
  for (const bool append : {false, true}) {
    write({80, 81}, append, false, "plain");
    write({80, 81}, append, false);
    EXPECT_EQ(text(), text(folder_ / "plain"));
  }
}

TEST_P(CompressedDocument, ReplacesATrailerThatACrashLeftIncomplete) {
  if (format_.enclosure == nullptr) return;
  write({80, 81}, false, false);
  cut(1);
  write({82}, true, false);
  write({80, 81}, false, false, "plain");
  write({82}, true, false, "plain");
  EXPECT_EQ(text(), text(folder_ / "plain"));
}

TEST_P(CompressedDocument, GoesOnAfterItsTrailerAndWithoutOne) {
  for (const bool is_closed : {true, false}) {
    for (const bool append : {false, true}) {
      write({80, 81}, append, is_closed, "plain");
      write({80, 81}, append, is_closed);
    }
    write({82}, true, true, "plain");
    write({82}, true, true);
    EXPECT_EQ(text(), text(folder_ / "plain"));
  }
}

TEST_P(CompressedDocument, CutsOffThePieceThatACrashLeftIncomplete) {
  write({80, 81}, false, false);
  cut(trailer_bytes() + 20);      // within the last record's piece
  if (format_.opening.empty()) {  // nothing identifies the file as ours
    EXPECT_THAT(open(true).error().message, HasSubstr("cannot append"));
    return;
  }
  write({82}, true, true);
  write({80}, false, false, "plain");
  write({82}, true, true, "plain");
  EXPECT_EQ(text(), text(folder_ / "plain"));
}

TEST_P(CompressedDocument, DoesNotGoOnInWhatIsCompressedOtherwise) {
  write({80}, false, true, "plain");
  write({80}, false, true);
  fs::copy_file(folder_ / "plain", folder_ / ("plain" + std::get<1>(GetParam())));
  fs::copy_file(path_, folder_ / "compressed");
  for (const std::string& name : {"plain" + std::get<1>(GetParam()), std::string("compressed")}) {
    const std::string before = read_file(folder_ / name).value();
    EXPECT_THAT(open(true, name).error().message, HasSubstr("cannot append")) << name;
    EXPECT_EQ(read_file(folder_ / name).value(), before);
  }
}

// A file compressed by another program in one piece and then truncated: its records are kept.
TEST_P(CompressedDocument, CutsOffNoMoreThanAPiece) {
  std::string text = plain({80});
  std::string more;
  while (more.size() < 4u << 20) format_.record(more, record(81));
  std::ofstream(path_) << compress(compression_of(path_), text + more);
  cut(1);
  EXPECT_THAT(open(true).error().message, HasSubstr("cannot append"));
}

TEST(Compression, IsWhatTheNameSaysUnlessItIsChosen) {
  EXPECT_EQ(compression_of("scan.json.gz"), Compression::kGzip);
  EXPECT_EQ(compression_of("scan.zst"), Compression::kZstd);
  EXPECT_EQ(compression_of("scan.gz.json"), Compression::kNone);
  EXPECT_EQ(compression_of(""), Compression::kNone);
  EXPECT_EQ(without_compression("scan.json.zst"), "scan.json");
  EXPECT_EQ(without_compression("scan.json"), "scan.json");
}

TEST(Compression, CannotBeOfHostsThatAreMerged) {
  const auto opened = files::ResultFile::open("scan.xml.gz", *find_format("nmap-xml"), false,
                                              {.began = kBegan, .ports = {}});
  EXPECT_EQ(opened.error().message,
            "scan.xml.gz: nmap-xml cannot be written compressed, its hosts are merged at the end: "
            "choose another format, or compress the file afterwards");
  EXPECT_FALSE(fs::exists("scan.xml.gz"));
}

}  // namespace
}  // namespace masscan::format
