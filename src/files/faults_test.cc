// Tests what remains of a ResultFile or a RotatingFile when a file system call fails: once, as on a
// disk where space is freed, or permanently.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_files.h"
#include "files/read_records.h"
#include "files/result_file.h"
#include "files/rotating_file.h"
#include "support/open_port.h"

namespace masscan::files {
namespace {

namespace fs = std::filesystem;
using files::Call;
using test::TestFiles;
using testing::HasSubstr;
using Ports = std::vector<std::uint16_t>;
using Times = TestFiles::Times;

const WallTime kBegan(std::chrono::seconds(1700000000));
const Ports kOld = {70, 71};
const Ports kNew = {80, 81, 82};
constexpr int kErrors[] = {EIO, ENOSPC, EDQUOT, EFBIG, EACCES};

struct Attempt {
  std::optional<Error> error;
  std::size_t kept = 0;  // of the new ports, those flushed without an Error
};

class Faults : public testing::TestWithParam<std::string> {
 protected:
  Faults() { fs::create_directories(folder_ / "done"); }
  ~Faults() override { fs::remove_all(folder_); }

  const format::Format& format() const {
    return *format::find_format(GetParam().substr(0, GetParam().find('_')));
  }
  std::optional<format::Compression> compression() const {
    return GetParam().ends_with("_gzip") ? format::Compression::kGzip : format::Compression::kNone;
  }
  format::DocumentInfo info() const {
    return {.began = kBegan, .ports = {}, .compression = compression()};
  }

  // Runs a scan that finds these ports.
  Attempt write(const Ports& ports, bool append) const {
    Attempt attempt;
    Result<ResultFile> document = ResultFile::open(path_, format(), append, info());
    if (!document) return {.error = document.error()};
    const auto note = [&attempt](const Result<void>& done) {
      if (!done) {
        EXPECT_FALSE(attempt.error) << "said twice: " << done.error().message;
        attempt.error = done.error();
      }
      return done.has_value();
    };
    for (const std::uint16_t port : ports) {
      note(document->write(test::open_port(kBegan, port)));
      const bool is_flushed = note(document->flush());
      if (is_flushed && !attempt.error) ++attempt.kept;
    }
    note(document->close(kBegan));
    return attempt;
  }

  Ports read(const std::string& path) const {
    Ports ports;
    const auto take = [&](const record::Record& record) { ports.push_back(record.port.number); };
    static_cast<void>(read_records(path, format(), take).has_value());
    return ports;
  }

  bool is_whole() const {
    if (compression() != format::Compression::kNone) return true;  // its reader is strict
    const std::string text = read_file(path_).value();
    if (text.empty()) return true;  // not even a header
    if (format().enclosure == nullptr) return text.ends_with('\n');
    return text.starts_with(format().opening) && text.ends_with(format().enclosure->trailer_end);
  }

  // Expects all old ports, then a prefix of the new ones with at least the flushed ones.
  void check_kept(const Ports& old, const Attempt& attempt, const std::string& what) const {
    const Ports found = read(path_);
    ASSERT_GE(found.size(), old.size() + attempt.kept) << what;
    ASSERT_LE(found.size(), old.size() + kNew.size()) << what;
    Ports expected = old;
    expected.insert(expected.end(), kNew.begin(),
                    kNew.begin() + static_cast<std::ptrdiff_t>(found.size() - old.size()));
    ASSERT_EQ(found, expected) << what;
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("faults_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "results";
};

std::string sentence(int error) { return std::strerror(error); }

// The disk is full after each possible byte.
TEST_P(Faults, OfWritesCostNoResultThatWasThereAndLeaveADocument) {
  for (const bool append : {false, true}) {
    for (const Times times : {Times::kOnce, Times::kFromThenOn}) {
      const Ports old = append ? kOld : Ports();
      bool has_failed = true;
      for (std::size_t room = 0; has_failed; room += room < 32 ? 1 : 7) {
        fs::remove(path_);
        ASSERT_FALSE(write(old, false).error);
        const int error = kErrors[room % std::size(kErrors)];
        TestFiles files;
        files.fail_writes_behind(room, error, times);
        const Attempt attempt = write(kNew, append);
        has_failed = files.failures() > 0;
        const std::string what = std::to_string(room) + (append ? " appended" : " new") +
                                 (times == Times::kOnce ? " once" : " from then on");
        ASSERT_EQ(attempt.error.has_value(), has_failed) << what;
        if (has_failed) {
          ASSERT_THAT(attempt.error->message, HasSubstr(sentence(error))) << what;
          ASSERT_THAT(attempt.error->message, HasSubstr(path_)) << what;
        }
        check_kept(old, attempt, what);
        // On a permanently full disk nothing can be completed, not even by a new trailer.
        if (times == Times::kOnce) {
          ASSERT_TRUE(is_whole()) << what;
        }
      }
    }
  }
}

// A write that fails at once changes nothing.
TEST_P(Faults, OfADiskThatRefusesEverythingLeaveTheDocumentAsItIs) {
  ASSERT_FALSE(write(kOld, false).error);
  ResultFile document = ResultFile::open(path_, format(), true, info()).value();
  const std::string before = read_file(path_).value();
  TestFiles files;
  files.fail(Call::kWrite, EIO, Times::kFromThenOn);
  files.fail(Call::kTruncate, EIO, Times::kFromThenOn);
  document.write(test::open_port(kBegan, 80)).value();
  EXPECT_FALSE(document.flush());
  EXPECT_EQ(read_file(path_).value(), before);
}

TEST_P(Faults, OfOtherCallsAreSaidAndCostNoResult) {
  for (const bool append : {false, true}) {
    for (const Call call : {Call::kOpen, Call::kTruncate, Call::kClose, Call::kRead}) {
      for (std::size_t passed = 0; passed < 5; ++passed) {
        for (const int error : kErrors) {
          fs::remove(path_);
          ASSERT_FALSE(write(kOld, false).error);
          const std::string before = read_file(path_).value();
          std::size_t failures = 0;
          Attempt attempt;
          {
            TestFiles files;
            files.fail(call, error, Times::kOnce, passed);
            attempt = write(kNew, append);
            failures = files.failures();
          }
          const std::string what = std::to_string(static_cast<int>(call)) + " after " +
                                   std::to_string(passed) + (append ? " appended" : " new");
          // If a file cannot be created, the existing one is opened.
          const bool is_first_try = call == Call::kOpen && passed == (append ? 99U : 0U);
          if (failures == 0 || is_first_try) continue;
          if (!attempt.error) {
            check_kept(append ? kOld : Ports(), {.kept = kNew.size()}, what);
          } else if (read_file(path_).value() != before) {
            check_kept(append ? kOld : Ports(), attempt, what);
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Faults,
                         testing::Values("list", "ndjson", "json", "xml", "json_gzip", "list_gzip"),
                         [](const auto& test) { return test.param; });

// ---- Series -------------------------------------------------------------------------------------

class RotatingFileFaults : public Faults {
 protected:
  Rotation rotation() const { return {.size_bytes = 1, .directory = folder_ / "done"}; }

  // Returns the contents of all files together.
  Ports read_all() const {
    Ports ports;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      const Ports found = read(entry.path());
      ports.insert(ports.end(), found.begin(), found.end());
    }
    std::sort(ports.begin(), ports.end());
    return ports;
  }

  // Writes each result to a file of its own. Returns the number of results before the first Error.
  std::size_t write_series(std::optional<Error>& error) const {
    std::size_t kept = 0;
    Result<RotatingFile> file = RotatingFile::open(path_, format(), false, info(), rotation());
    if (!file) error = file.error();
    for (std::uint16_t port = 80; file && port < 86; ++port) {
      Result<void> written = file->write(test::open_port(kBegan, port));
      if (written) written = file->flush();
      if (!written && !error) error = written.error();
      if (!error) ++kept;
    }
    if (!file) return kept;
    const Result<void> closed = file->close(kBegan);
    if (!closed && !error) error = closed.error();
    return kept;
  }
};

TEST_P(RotatingFileFaults, AreSaidAndCostNoResultThatWasWritten) {
  for (const Call call : {Call::kOpen, Call::kDuplicate, Call::kWrite, Call::kTruncate, Call::kSync,
                          Call::kRename, Call::kUnlink, Call::kLock, Call::kClose}) {
    for (const Times times : {Times::kOnce, Times::kFromThenOn}) {
      for (std::size_t passed = 0; passed < 7; ++passed) {
        fs::remove_all(folder_);
        fs::create_directories(folder_ / "done");
        std::optional<Error> error;
        std::size_t kept = 0;
        std::size_t failures = 0;
        {
          TestFiles files;
          files.fail(call, call == Call::kLock ? EWOULDBLOCK : EIO, times, passed);
          kept = write_series(error);
          failures = files.failures();
        }
        const std::string what = std::to_string(static_cast<int>(call)) + " after " +
                                 std::to_string(passed) +
                                 (times == Times::kOnce ? " once" : " from then on");
        Ports found = read_all();
        ASSERT_EQ(std::adjacent_find(found.begin(), found.end()), found.end()) << what;
        ASSERT_GE(found.size(), kept) << what;
        for (std::size_t i = 0; i < kept; ++i) ASSERT_EQ(found[i], 80 + i) << what;
        if (!error) {
          ASSERT_EQ(found.size(), 6u) << what;
        }
        // If a file cannot be created, the existing one is opened.
        const bool must_tell = failures > 0 && !(call == Call::kOpen && times == Times::kOnce) &&
                               call != Call::kUnlink && call != Call::kTruncate;
        if (must_tell) {
          ASSERT_TRUE(error) << what;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, RotatingFileFaults, testing::Values("list", "json"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace masscan::files
