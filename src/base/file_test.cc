#include "base/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/event_fd.h"
#include "base/test_files.h"
#include "support/test_folder.h"

namespace masscan {
namespace {

using files::Call;
using test::TestFiles;
using Times = TestFiles::Times;

class FileTest : public testing::Test {
 protected:
  void SetUp() override { std::ofstream(path_) << "0123456789"; }

  std::string content() const { return read_file(path_).value(); }
  UniqueFd open(int flags) const { return files::open(path_, flags); }

  test::TestFolder folder_;
  const std::string path_ = folder_.path("a");
};

TEST_F(FileTest, IsWrittenAndReadWholeWhateverIsInterruptedOrShort) {
  const UniqueFd fd = open(O_RDWR);
  TestFiles files;
  files.fail_writes_behind(2, EINTR);
  EXPECT_EQ(write_all_at(fd.get(), "abcde", 3), 5u);
  files.fail(Call::kRead, EINTR);
  std::string read(20, '\0');
  EXPECT_EQ(read_all_at(fd.get(), read, 2), 8);
  EXPECT_EQ(read.substr(0, 8), "2abcde89");
  files.fail(Call::kRead, EINTR);
  EXPECT_EQ(content(), "012abcde89");
}

TEST_F(FileTest, TellsHowMuchWasWrittenBeforeAnError) {
  const UniqueFd fd = open(O_WRONLY);
  TestFiles files;
  files.fail_writes_behind(3, ENOSPC, Times::kFromThenOn);
  EXPECT_EQ(write_all(fd.get(), "abcdef"), 3u);
  EXPECT_EQ(errno, ENOSPC);
  EXPECT_EQ(write_all_at(fd.get(), "x", 0), 0u);
  EXPECT_EQ(content(), "abc3456789");
}

TEST_F(FileTest, TellsOfAnErrorWhenItIsRead) {
  const UniqueFd fd = open(O_RDONLY);
  TestFiles files;
  files.fail(Call::kRead, EIO, Times::kFromThenOn);
  std::string read(5, '\0');
  EXPECT_EQ(read_all_at(fd.get(), read, 0), -1);
  EXPECT_FALSE(read_file(path_));
}

TEST_F(FileTest, NeedsNoDiskToBeSynced) {
  const UniqueFd fd = open(O_WRONLY);
  TestFiles files;
  for (const auto& [error, is_synced] :
       {std::pair(EINVAL, true), {EROFS, true}, {EIO, false}, {ENOSPC, false}, {EDQUOT, false}}) {
    files.fail(Call::kSync, error);
    EXPECT_EQ(sync_data(fd.get()), is_synced) << error;
    files.fail(Call::kSync, error);
    EXPECT_EQ(sync_directory_of(path_), is_synced) << error;
  }
  files.fail(Call::kOpen, EACCES);
  EXPECT_TRUE(sync_directory_of(path_));
  files.fail(Call::kOpen, EMFILE);
  EXPECT_FALSE(sync_directory_of(path_));
}

TEST_F(FileTest, MovesToFreeNamesOnly) {
  std::ofstream(path_ + ".taken") << "mine";
  EXPECT_FALSE(move_to_free_name(path_, path_ + ".taken"));
  EXPECT_EQ(errno, EEXIST);
  EXPECT_TRUE(move_to_free_name(path_, path_ + ".free"));
  EXPECT_EQ(read_file(path_ + ".taken").value(), "mine");
  EXPECT_EQ(read_file(path_ + ".free").value(), "0123456789");
}

TEST_F(FileTest, MovesWhereAFileSystemCannotDoBothAtOnce) {
  std::ofstream(path_ + ".taken") << "mine";
  TestFiles files;
  files.fail(Call::kRename, EINVAL, Times::kFromThenOn);
  EXPECT_FALSE(move_to_free_name(path_, path_ + ".taken"));
  EXPECT_EQ(errno, EEXIST);
  EXPECT_TRUE(move_to_free_name(path_, path_ + ".free"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  files.fail(Call::kRename, EIO);
  EXPECT_FALSE(move_to_free_name(path_ + ".free", path_));
  EXPECT_EQ(errno, EIO);
}

std::string path_of(const char* name) {
  const std::string path = testing::TempDir() + name + std::to_string(::getpid());
  std::filesystem::remove(path);
  return path;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends;
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader = UniqueFd(ends[0]);
    writer = UniqueFd(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

std::string read_to_end(const UniqueFd& fd) {
  std::string all;
  std::array<char, 10'000> piece;
  for (ssize_t count; (count = ::read(fd.get(), piece.data(), piece.size())) > 0;) {
    all.append(piece.data(), static_cast<std::size_t>(count));
  }
  return all;
}

const std::string kText(1'000'000, 'x');

TEST(WriteAll, WaitsForWhoReadsAPipe) {
  for (const int flags : {0, O_NONBLOCK}) {
    Pipe pipe;
    ::fcntl(pipe.writer.get(), F_SETFL, flags);
    std::jthread writer([&] {
      EXPECT_EQ(write_all(pipe.writer.get(), kText), kText.size());
      pipe.writer.reset();
    });
    EXPECT_EQ(read_to_end(pipe.reader), kText);
  }
}

TEST(WriteAll, WritesWhatAPipeTakesAfterAnInterruptAndWaitsForNobody) {
  EventFd interruption = EventFd::open().value();
  interruption.call();
  const Pipe pipe;
  const int size = ::fcntl(pipe.writer.get(), F_GETPIPE_SZ);
  EXPECT_EQ(write_all(pipe.writer.get(), kText, interruption.poll_fd()),
            static_cast<std::size_t>(size));
  EXPECT_EQ(last_system_error(), "interrupted while nobody read it");
}

TEST(WriteAll, IsEndedByAnInterruptWhileItWaits) {
  EventFd interruption = EventFd::open().value();
  const Pipe pipe;
  std::jthread writer([&] {
    EXPECT_LT(write_all(pipe.writer.get(), kText, interruption.poll_fd()), kText.size());
    EXPECT_EQ(errno, ECANCELED);
  });
  interruption.call();
}

TEST(WriteAll, LeavesNothingOutOfAFileWhateverIsInterrupted) {
  EventFd interruption = EventFd::open().value();
  interruption.call();
  const std::string path = path_of("interrupted");
  const UniqueFd fd = open_for_writing(path, O_CREAT, 0600, interruption.poll_fd());
  EXPECT_EQ(write_all(fd.get(), kText, interruption.poll_fd()), kText.size());
  EXPECT_EQ(read_file(path).value(), kText);
}

TEST(OpenForWriting, WaitsForWhoReadsAFifo) {
  const std::string path = path_of("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::jthread reader([&] { EXPECT_EQ(read_file(path).value(), "here"); });
  const UniqueFd fd = open_for_writing(path, O_CREAT, 0600, -1);
  EXPECT_EQ(write_all(fd.get(), "here"), 4u);
}

TEST(OpenForWriting, IsEndedByAnInterrupt) {
  const std::string path = path_of("lonely");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EventFd interruption = EventFd::open().value();
  interruption.call();
  EXPECT_FALSE(open_for_writing(path, O_CREAT, 0600, interruption.poll_fd()).is_open());
  EXPECT_EQ(errno, ECANCELED);
}

TEST(OpenForWriting, DoesNotWaitForWhatIsNoFifo) {
  EXPECT_FALSE(open_for_writing("/nowhere/file", O_CREAT, 0600, -1).is_open());
  EXPECT_EQ(errno, ENOENT);
  EXPECT_FALSE(open_for_writing(testing::TempDir(), O_CREAT, 0600, -1).is_open());
  EXPECT_EQ(errno, EISDIR);
}

}  // namespace
}  // namespace masscan
