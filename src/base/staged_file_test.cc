#include "base/staged_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/test_files.h"
#include "support/test_folder.h"

namespace masscan {
namespace {

class StagedFileTest : public testing::Test {
 protected:
  std::size_t files() const {
    const std::filesystem::directory_iterator begin(folder_.path(""));
    return static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
  }

  test::TestFolder folder_;
  const std::string path_ = folder_.path("a.conf");
};

TEST_F(StagedFileTest, IsNotThereUntilItIsPut) {
  StagedFile file = StagedFile::open(path_, 0600).value();
  write_all(file.fd(), "new");
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_TRUE(std::move(file).put(StagedFile::Existing::kKept));
  EXPECT_EQ(read_file(path_).value(), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(StagedFileTest, LeavesNothingWhereItIsGivenUp) {
  { const StagedFile file = StagedFile::open(path_, 0600).value(); }
  EXPECT_EQ(files(), 0u);
}

TEST_F(StagedFileTest, ReplacesOnlyWhereItMay) {
  std::ofstream(path_) << "old";
  EXPECT_FALSE(StagedFile::open(path_, 0600).value().put(StagedFile::Existing::kKept));
  EXPECT_EQ(read_file(path_).value(), "old");
  EXPECT_TRUE(StagedFile::open(path_, 0600).value().put(StagedFile::Existing::kReplaced));
  EXPECT_EQ(read_file(path_).value(), "");
  EXPECT_EQ(files(), 1u);
}

// A link at the file's name is replaced; its target is left alone.
TEST_F(StagedFileTest, FollowsNoLink) {
  const std::string victim = folder_.path("victim");
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, path_);
  StagedFile file = StagedFile::open(path_, 0600).value();
  write_all(file.fd(), "new");
  ASSERT_TRUE(std::move(file).put(StagedFile::Existing::kReplaced));
  EXPECT_EQ(read_file(victim).value(), "precious");
  EXPECT_FALSE(std::filesystem::is_symlink(path_));
}

TEST_F(StagedFileTest, HasTheModeAskedForWhateverTheUmask) {
  const mode_t before = ::umask(0077);
  StagedFile file = StagedFile::open(path_, 0644).value();
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::fstat(file.fd(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0644u);
}

// Each call fails, once or permanently.
TEST_F(StagedFileTest, IsThereWholeOrNotAtAllWhateverFails) {
  using files::Call;
  using Times = test::TestFiles::Times;
  std::ofstream(path_) << "old";
  for (const Call call : {Call::kOpen, Call::kChangeMode, Call::kSync, Call::kRename}) {
    for (const int error : {EIO, ENOSPC, EACCES}) {
      for (const Times times : {Times::kOnce, Times::kFromThenOn}) {
        test::TestFiles files;
        files.fail(call, error, times);
        Result<StagedFile> file = StagedFile::open(path_, 0600);
        const bool is_there = file && std::move(file).value().put(StagedFile::Existing::kReplaced);
        EXPECT_FALSE(is_there);
      }
      EXPECT_EQ(read_file(path_).value(), "old");
      EXPECT_EQ(this->files(), 1u);
    }
  }
}

// First the data, then the directory.
TEST_F(StagedFileTest, IsForcedToTheDiskBeforeAndAfterItGetsItsName) {
  using files::Call;
  test::TestFiles files;
  StagedFile file = StagedFile::open(path_, 0600).value();
  files.take_calls();
  ASSERT_TRUE(std::move(file).put(StagedFile::Existing::kReplaced));
  EXPECT_THAT(files.take_calls(),
              testing::ElementsAre(Call::kSync, Call::kRename, Call::kOpen, Call::kSync));
}

TEST_F(StagedFileTest, SaysWhyThereIsNone) {
  const Result<StagedFile> file = StagedFile::open(folder_.path("none") + "/a.conf", 0600);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace masscan
