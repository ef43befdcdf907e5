#include "base/written_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/file.h"
#include "base/test_files.h"
#include "support/test_folder.h"

namespace masscan {
namespace {

using files::Call;
using test::TestFiles;
using testing::HasSubstr;

class WrittenFileTest : public testing::Test {
 protected:
  bool is_there() const { return std::filesystem::exists(path_); }

  test::TestFolder folder_;
  const std::string path_ = folder_.path("results");
};

TEST_F(WrittenFileTest, LeavesWhatIsThereUntilItBegins) {
  std::ofstream(path_) << "old";
  { const WrittenFile file = WrittenFile::open(path_).value(); }
  EXPECT_EQ(read_file(path_).value(), "old");
  WrittenFile file = WrittenFile::open(path_).value();
  EXPECT_TRUE(file.begin_empty());
  EXPECT_EQ(read_file(path_).value(), "");
}

TEST_F(WrittenFileTest, GoesAgainUnlessItBegins) {
  { const WrittenFile file = WrittenFile::open(path_).value(); }
  EXPECT_FALSE(is_there());
  { WrittenFile::open(path_).value().begin(); }
  EXPECT_TRUE(is_there());
}

TEST_F(WrittenFileTest, HasOneWriter) {
  std::optional<WrittenFile> first = WrittenFile::open(path_).value();
  first->begin();
  EXPECT_THAT(WrittenFile::open(path_).error().message, HasSubstr("another scan or conversion"));
  first.reset();
  EXPECT_TRUE(WrittenFile::open(path_));
}

TEST_F(WrittenFileTest, IsLockedUnderAllItsNames) {
  const WrittenFile first = WrittenFile::open(path_).value();
  std::filesystem::create_symlink(path_, path_ + ".link");
  std::filesystem::create_hard_link(path_, path_ + ".hard");
  EXPECT_FALSE(WrittenFile::open(path_ + ".link"));
  EXPECT_FALSE(WrittenFile::open(path_ + ".hard"));
}

// As while a checkpoint flushes it.
TEST_F(WrittenFileTest, IsFreeOnceItIsClosedWhateverDuplicatesThereAre) {
  WrittenFile first = WrittenFile::open(path_).value();
  first.begin();
  const UniqueFd duplicate = first.duplicate();
  EXPECT_TRUE(duplicate.is_open());
  EXPECT_FALSE(WrittenFile::open(path_));
  EXPECT_TRUE(first.close());
  EXPECT_TRUE(WrittenFile::open(path_));
}

TEST_F(WrittenFileTest, ThatIsRefusedLeavesTheFileToTheFirst) {
  const WrittenFile first = WrittenFile::open(path_).value();
  EXPECT_FALSE(WrittenFile::open(path_));
  EXPECT_TRUE(is_there());
}

// Replaces the file between open and lock, as rotation or a merge may do.
class Replacing final : public files::Listener {
 public:
  explicit Replacing(std::string path) : path_(std::move(path)) { files::set_listener(this); }
  ~Replacing() override { files::set_listener(nullptr); }

 private:
  int before(Call call, std::size_t&) override {
    const bool is_first = call == Call::kLock && !std::exchange(was_replaced_, true);
    if (is_first) std::filesystem::rename(path_, path_ + ".1");
    return 0;
  }

  std::string path_;
  bool was_replaced_ = false;
};

TEST_F(WrittenFileTest, IsTheOneThatHasTheNameWhenItIsLocked) {
  std::ofstream(path_) << "results";
  {
    const Replacing replacing(path_);
    WrittenFile file = WrittenFile::open(path_).value();
    EXPECT_TRUE(file.begin_empty());
    EXPECT_TRUE(is_named(file.fd(), path_));
  }
  EXPECT_EQ(read_file(path_ + ".1").value(), "results");
}

TEST_F(WrittenFileTest, NeedsNoLocksWhereThereAreNone) {
  for (const int error : {ENOLCK, EOPNOTSUPP, EINVAL, ENOSYS}) {
    TestFiles files;
    files.fail(Call::kLock, error);
    EXPECT_TRUE(WrittenFile::open(path_)) << error;
  }
}

TEST_F(WrittenFileTest, IsNotLockedIfItIsNoRegularFile) {
  const WrittenFile first = WrittenFile::open("/dev/null").value();
  EXPECT_TRUE(WrittenFile::open("/dev/null"));
  const WrittenFile standard_output = WrittenFile::open("-").value();
  EXPECT_TRUE(WrittenFile::open("-"));
}

TEST_F(WrittenFileTest, SaysWhyItCannotBeOpened) {
  EXPECT_EQ(WrittenFile::open(folder_.path("none") + "/a").error().message,
            "No such file or directory");
  TestFiles files;
  files.fail(Call::kOpen, EMFILE, TestFiles::Times::kFromThenOn);
  EXPECT_EQ(WrittenFile::open(path_).error().message, "Too many open files");
  files.fail(Call::kDuplicate, EMFILE);
  EXPECT_EQ(WrittenFile::open("-").error().message, "Too many open files");
}

TEST_F(WrittenFileTest, TellsOfEveryFailure) {
  std::ofstream(path_) << "old";
  WrittenFile file = WrittenFile::open(path_).value();
  TestFiles files;
  files.fail(Call::kTruncate, EIO);
  EXPECT_FALSE(file.begin_empty());
  EXPECT_EQ(errno, EIO);
  files.fail(Call::kDuplicate, EMFILE);
  EXPECT_FALSE(file.duplicate().is_open());
  files.fail(Call::kClose, EDQUOT);
  EXPECT_FALSE(file.close());
  EXPECT_EQ(errno, EDQUOT);
  EXPECT_FALSE(file.is_open());
}

}  // namespace
}  // namespace masscan
