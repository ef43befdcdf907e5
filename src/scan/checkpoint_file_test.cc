#include "scan/checkpoint_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

#include "base/file.h"
#include "base/test_files.h"
#include "support/test_folder.h"

namespace masscan::scan {
namespace {

constexpr std::uint64_t kPlan = 0x5eed;

class CheckpointFileTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path(name); }
  void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
  std::string read(const std::string& name) const { return folder_.read(name); }
  // Returns the turns of all valid resume points, in file order.
  std::vector<std::uint64_t> turns(const std::string& name) const {
    std::vector<std::uint64_t> found;
    std::istringstream lines(read(name));
    for (std::string line; std::getline(lines, line);) {
      const std::string key = "resume-point = ";
      if (!line.starts_with(key)) continue;
      if (const auto point = setup::parse_resume_point(line.substr(key.size()))) {
        found.push_back(point->turns[0]);
      }
    }
    return found;
  }

  static CheckpointFile::State state(std::uint64_t turn, std::uint64_t plan = kPlan) {
    return {.point = {.plan = plan, .began = 1764083000, .turns = {turn, 0}}, .done = 0.125};
  }

  test::TestFolder folder_;
};

TEST_F(CheckpointFileTest, IsThereOnlyOnceItIsCreated) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  EXPECT_FALSE(file.is_in_place());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
  ASSERT_TRUE(file.create(state(1), "seed = 7\n"));
  EXPECT_TRUE(read("a.conf").ends_with("\nseed = 7\n"));
  EXPECT_EQ(turns("a.conf"), (std::vector<std::uint64_t>{1, 1}));
  ASSERT_TRUE(file.remove());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
}

TEST_F(CheckpointFileTest, OverwritesItsTwoPointsInTurn) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), "seed = 7\n"));
  const std::size_t size = read("a.conf").size();
  for (std::uint64_t turn = 2; turn < 6; ++turn) {
    ASSERT_TRUE(file.update(state(turn)));
    const auto points = turns("a.conf");
    ASSERT_EQ(points.size(), 2u);
    EXPECT_EQ(points[turn % 2], turn);
    EXPECT_EQ(points[(turn + 1) % 2], turn - 1);
    EXPECT_EQ(read("a.conf").size(), size);
  }
}

TEST_F(CheckpointFileTest, StartsWithAWordForPeople) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), ""));
  EXPECT_TRUE(read("a.conf").starts_with("#  12.50 % done on 2")) << read("a.conf");
  EXPECT_NE(read("a.conf").find("masscan --resume " + path("a.conf")), std::string::npos);
}

// Each block has disk sectors of its own.
TEST_F(CheckpointFileTest, KeepsItsPointsApartHoweverLongTheyAre) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  CheckpointFile::State many = state(1);
  many.point.turns.assign(1000, 1);
  ASSERT_TRUE(file.create(many, "seed = 7\n"));
  const std::string text = read("a.conf");
  const std::size_t second = text.find("% done", text.find("% done") + 1) - 9;
  EXPECT_EQ(second % 512, 0u);
  EXPECT_EQ(text.find("seed = 7") % 512, 0u);
  EXPECT_EQ(text.substr(0, second), text.substr(second, second));
}

TEST_F(CheckpointFileTest, TakesTheFileOfItsOwnPlan) {
  {
    CheckpointFile first = CheckpointFile::open(path("a.conf"), false, kPlan).value();
    ASSERT_TRUE(first.create(state(1), ""));
  }
  CheckpointFile again = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  EXPECT_EQ(again.path(), path("a.conf"));
  ASSERT_TRUE(again.create(state(2), ""));
  EXPECT_EQ(turns("a.conf"), (std::vector<std::uint64_t>{2, 2}));
}

TEST_F(CheckpointFileTest, NeverTouchesWhatBelongsToSomethingElse) {
  write("a.conf", "resume-index = 5\n");
  EXPECT_FALSE(CheckpointFile::open(path("a.conf"), true, kPlan));
  CheckpointFile second = CheckpointFile::open(path("a.conf"), false, kPlan).value();
  EXPECT_EQ(second.path(), path("a-2.conf"));
  ASSERT_TRUE(second.create(state(1), ""));
  CheckpointFile third = CheckpointFile::open(path("a.conf"), false, kPlan + 1).value();
  EXPECT_EQ(third.path(), path("a-3.conf"));
  EXPECT_EQ(read("a.conf"), "resume-index = 5\n");
}

// Two scans start at the same moment.
TEST_F(CheckpointFileTest, DoesNotReplaceWhatAppearedMeanwhile) {
  for (const bool is_chosen : {false, true}) {
    const std::string name = is_chosen ? "a" : "b";
    CheckpointFile file = CheckpointFile::open(path(name), is_chosen, kPlan).value();
    write(name, "mine\n");
    ASSERT_TRUE(file.create(state(1), ""));
    EXPECT_EQ(read(name), "mine\n");
    EXPECT_EQ(file.path(), path(name + "-2"));
    EXPECT_NE(read(name + "-2").find("masscan --resume " + path(name + "-2")), std::string::npos);
  }
}

TEST_F(CheckpointFileTest, ComesBackWhereItWasRemoved) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), ""));
  EXPECT_TRUE(file.is_in_place());
  std::filesystem::remove(path("a.conf"));
  EXPECT_FALSE(file.is_in_place());
  ASSERT_TRUE(file.create(state(2), ""));
  EXPECT_TRUE(file.is_in_place());
  EXPECT_EQ(file.path(), path("a.conf"));
  EXPECT_EQ(turns("a.conf"), (std::vector<std::uint64_t>{2, 2}));
}

TEST_F(CheckpointFileTest, LeavesWhatTookItsPlaceAlone) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), ""));
  write("new", "mine\n");
  std::filesystem::rename(path("new"), path("a.conf"));
  EXPECT_FALSE(file.is_in_place());
  ASSERT_TRUE(file.create(state(2), ""));
  EXPECT_EQ(file.path(), path("a-2.conf"));
  EXPECT_EQ(turns("a-2.conf"), (std::vector<std::uint64_t>{2, 2}));

  std::filesystem::rename(path("a.conf"), path("a-2.conf"));
  EXPECT_TRUE(file.remove());
  EXPECT_EQ(read("a-2.conf"), "mine\n");
}

TEST_F(CheckpointFileTest, SaysAtOnceWhereItCannotBe) {
  for (const bool is_chosen : {false, true}) {
    const auto file = CheckpointFile::open(path("none/a.conf"), is_chosen, kPlan);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().message.find("none/a.conf"), std::string::npos);
  }
}

// Two scans of one plan: a default path changes its name, a chosen path is refused.
TEST_F(CheckpointFileTest, HasOneScan) {
  std::optional<CheckpointFile> first = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(first->create(state(1), ""));
  const auto second = CheckpointFile::open(path("a.conf"), true, kPlan);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, testing::HasSubstr("a scan is running that keeps"));
  EXPECT_EQ(CheckpointFile::open(path("a.conf"), false, kPlan)->path(), path("a-2.conf"));
  ASSERT_TRUE(first->create(state(2), "seed = 7\n"));
  EXPECT_FALSE(CheckpointFile::open(path("a.conf"), true, kPlan)) << "it was replaced by its own";
  first.reset();
  first = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  EXPECT_FALSE(CheckpointFile::open(path("a.conf"), true, kPlan)) << "before it is created anew";
}

TEST_F(CheckpointFileTest, IsMadeWholeOrNotAtAllWhateverFails) {
  using files::Call;
  using Times = test::TestFiles::Times;
  for (const bool is_there : {false, true}) {
    for (const Call call :
         {Call::kOpen, Call::kChangeMode, Call::kWrite, Call::kSync, Call::kRename}) {
      for (const Times times : {Times::kOnce, Times::kFromThenOn}) {
        std::filesystem::remove(path("a.conf"));
        if (is_there) {
          ASSERT_TRUE(
              CheckpointFile::open(path("a.conf"), true, kPlan)->create(state(1), "seed = 7\n"));
        }
        CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
        test::TestFiles files;
        files.fail(call, EIO, times);
        const Result<void> made = file.create(state(2), "seed = 7\n");
        ASSERT_FALSE(made);
        EXPECT_THAT(made.error().message, testing::HasSubstr(path("a.conf") + ": Input/output"));
        EXPECT_EQ(turns("a.conf"),
                  is_there ? (std::vector<std::uint64_t>{1, 1}) : std::vector<std::uint64_t>());
        EXPECT_EQ(std::filesystem::exists(path("a.conf")), is_there);
      }
    }
  }
}

// A crash or a write error, after any byte.
TEST_F(CheckpointFileTest, HasAPointWhateverBecomesOfAnUpdate) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), "seed = 7\n"));
  ASSERT_TRUE(file.update(state(2)));
  const std::string before = read("a.conf");
  for (std::size_t room = 0; room < 512; ++room) {
    test::TestFiles files;
    files.fail_writes_behind(room, ENOSPC, test::TestFiles::Times::kFromThenOn);
    EXPECT_FALSE(file.update(state(3)));
    EXPECT_EQ(turns("a.conf").front(), 2u) << room;
    EXPECT_TRUE(read("a.conf").ends_with("seed = 7\n"));
  }
  test::TestFiles files;
  files.fail(files::Call::kSync, EIO);
  EXPECT_FALSE(file.update(state(3)));
}

TEST_F(CheckpointFileTest, SaysWhenItCannotBeRemoved) {
  for (const int error : {EACCES, EROFS, EIO}) {
    CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
    ASSERT_TRUE(file.create(state(1), ""));
    test::TestFiles files;
    files.fail(files::Call::kUnlink, error);
    const Result<void> removed = file.remove();
    ASSERT_FALSE(removed);
    EXPECT_THAT(removed.error().message, testing::HasSubstr(path("a.conf") + " could not be"));
    EXPECT_THAT(removed.error().message, testing::HasSubstr("; remove it"));
    EXPECT_TRUE(file.remove()) << "it is said once";
  }
}

TEST_F(CheckpointFileTest, MayBeGoneBeforeItIsRemoved) {
  CheckpointFile file = CheckpointFile::open(path("a.conf"), true, kPlan).value();
  ASSERT_TRUE(file.create(state(1), ""));
  std::filesystem::remove(path("a.conf"));
  EXPECT_TRUE(file.remove());
}

}  // namespace
}  // namespace masscan::scan
