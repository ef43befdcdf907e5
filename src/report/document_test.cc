#include "report/document.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include "base/file.h"

namespace masscan::report {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Format& kList = *find_format("list");
const Format& kNdjson = *find_format("ndjson");

Record record(std::uint16_t port) {
  return {.time = WallTime(std::chrono::seconds(1700000000)),
          .address = net::Ipv4Address(0x0a000001),
          .port = {net::Transport::kTcp, port},
          .state = PortState::kOpen,
          .reason = 0x12,
          .ttl = 64};
}

std::string line(std::uint16_t port) {
  return "open tcp " + std::to_string(port) + " 10.0.0.1 1700000000\n";
}

class DocumentTest : public testing::Test {
 protected:
  DocumentTest() { fs::create_directory(folder_); }
  ~DocumentTest() override { fs::remove_all(folder_); }

  std::string content() const { return read_file(path_).value(); }

  const fs::path folder_ =
      fs::temp_directory_path() / ("document_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "results";
};

TEST_F(DocumentTest, HasHeaderRecordsAndTrailer) {
  Document document = Document::open(path_, kList, false).value();
  document.write(record(80)).value();
  document.write(record(443)).value();
  document.close().value();
  EXPECT_EQ(content(), "#masscan\n" + line(80) + line(443) + "# end\n");
}

TEST_F(DocumentTest, WithoutRecordsHasNoBytes) {
  for (const Format& format : formats()) {
    Document document = Document::open(path_, format, false).value();
    document.flush().value();
    document.close().value();
    EXPECT_EQ(content(), "") << format.name;
  }
}

TEST_F(DocumentTest, EmptiesAnOldFileAtOnce) {
  {
    Document::open(path_, kList, false).value().write(record(80)).value();
  }
  Document::open(path_, kList, false).value().write(record(80)).value();
  const Document document = Document::open(path_, kList, false).value();
  EXPECT_EQ(content(), "");
}

TEST_F(DocumentTest, AppendsACompleteDocument) {
  for (const std::uint16_t port : {80, 81}) {
    Document document = Document::open(path_, kList, true).value();
    document.write(record(port)).value();
    document.close().value();
  }
  EXPECT_EQ(content(), "#masscan\n" + line(80) + "# end\n#masscan\n" + line(81) + "# end\n");
}

TEST_F(DocumentTest, ShowsEverythingAfterFlush) {
  Document document = Document::open(path_, kList, false).value();
  document.write(record(80)).value();
  document.flush().value();
  EXPECT_EQ(content(), "#masscan\n" + line(80));
  document.write(record(81)).value();
  document.flush().value();
  EXPECT_EQ(content(), "#masscan\n" + line(80) + line(81));
}

TEST_F(DocumentTest, WritesWholeRecordsWhenTheBufferIsFull) {
  Document document = Document::open(path_, kNdjson, false).value();
  for (int i = 0; i < 5000; ++i) {
    document.write(record(80)).value();
    if (i == 3000) {
      EXPECT_TRUE(content().ends_with("}}\n"));
    }
  }
  document.close().value();
  std::string one;
  kNdjson.record(one, record(80));
  EXPECT_EQ(content().size(), 5000 * one.size());
}

TEST_F(DocumentTest, DashIsStandardOutput) {
  testing::internal::CaptureStdout();
  Document document = Document::open("-", kList, false).value();
  document.write(record(80)).value();
  document.close().value();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "#masscan\n" + line(80) + "# end\n");
}

TEST_F(DocumentTest, NamesAFileThatCannotBeOpened) {
  const std::string missing = folder_ / "nosuchdir" / "x.list";
  EXPECT_EQ(Document::open(missing, kList, false).error().message,
            "cannot open " + missing + " for the results: No such file or directory");
  EXPECT_THAT(Document::open(folder_, kList, false).error().message, HasSubstr("Is a directory"));
}

TEST_F(DocumentTest, SaysOnceThatTheDiskIsFull) {
  Document document = Document::open("/dev/full", kList, false).value();
  document.write(record(80)).value();
  const Result<void> flushed = document.flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "cannot write results to /dev/full: No space left on device");
  EXPECT_TRUE(document.write(record(81)));
  EXPECT_TRUE(document.flush());
  EXPECT_TRUE(document.close());
}

TEST_F(DocumentTest, SaysAtCloseThatTheDiskIsFull) {
  Document document = Document::open("/dev/full", kList, false).value();
  document.write(record(80)).value();
  EXPECT_FALSE(document.close());
}

TEST_F(DocumentTest, SaysAtAWriteThatTheDiskIsFull) {
  Document document = Document::open("/dev/full", kList, false).value();
  int failures = 0;
  for (int i = 0; i < 10000; ++i) failures += document.write(record(80)).has_value() ? 0 : 1;
  EXPECT_EQ(failures, 1);
}

// A limit on the size of files: beyond it, writes are cut short as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limited{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit old_;
};

TEST_F(DocumentTest, EndsWithACompleteRecordWhenTheDiskFillsUp) {
  const std::string kept = "#masscan\n" + line(80) + line(81);
  for (const bool append : {false, true}) {
    fs::remove(path_);
    Document document = Document::open(path_, kList, append).value();
    document.write(record(80)).value();
    document.flush().value();
    document.write(record(81)).value();
    document.write(record(82)).value();
    const FileSizeLimit limit(kept.size() + 5);
    EXPECT_THAT(document.flush().error().message, HasSubstr("File too large"));
    EXPECT_EQ(content(), kept);
  }
}

TEST_F(DocumentTest, TakesBackALonelyHeader) {
  Document document = Document::open(path_, kList, false).value();
  document.write(record(80)).value();
  const FileSizeLimit limit(15);  // the header and a part of the record
  EXPECT_FALSE(document.close());
  EXPECT_EQ(content(), "");
}

// Puts another file in the place of standard output.
class StandardOutput {
 public:
  explicit StandardOutput(int fd) : saved_(::dup(STDOUT_FILENO)) { ::dup2(fd, STDOUT_FILENO); }
  ~StandardOutput() { ::dup2(saved_.get(), STDOUT_FILENO); }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

 private:
  UniqueFd saved_;
};

std::size_t count_to_end(int fd) {
  std::array<char, 65536> bytes;
  std::size_t total = 0;
  for (ssize_t count; (count = ::read(fd, bytes.data(), bytes.size())) > 0;) {
    total += static_cast<std::size_t>(count);
  }
  return total;
}

TEST_F(DocumentTest, WaitsForAReaderBehindANonBlockingPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  ASSERT_EQ(::fcntl(writer.get(), F_SETFL, O_NONBLOCK), 0);
  std::size_t received = 0;
  std::jthread counter([&] { received = count_to_end(reader.get()); });
  {
    const StandardOutput redirected(writer.get());
    Document document = Document::open("-", kList, false).value();
    for (int i = 0; i < 20000; ++i) document.write(record(80)).value();
    document.close().value();
  }
  writer.reset();
  counter.join();
  EXPECT_EQ(received, 20000 * line(80).size() + std::string("#masscan\n# end\n").size());
}

}  // namespace
}  // namespace masscan::report
