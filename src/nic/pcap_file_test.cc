#include "nic/pcap_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "base/event_fd.h"
#include "base/file.h"
#include "nic/pcap_queue.h"
#include "support/golden.h"

namespace masscan::nic {
namespace {

std::string path_of(const char* name) { return testing::TempDir() + name; }

test::Frames read_back(const std::string& path) {
  return test::parse_pcap(as_bytes(read_file(path).value()));
}

// Our files differ from the reference's captures only in the time stamps.
TEST(PcapFile, WritesTheReferencesCapturesByteForByte) {
  for (const char* name : {"syn.head.pcap", "syn6.head.pcap"}) {
    const std::string golden = read_file(test::golden_pcap_folder() / name).value();
    const std::string path = path_of(name);
    const auto file = PcapFile::open(path, net::LinkLayer::kEthernet).value();
    file->begin().value();
    {
      PcapBuffer buffer(*file);
      Bytes rest = as_bytes(golden).subspan(24);
      while (!rest.empty()) {
        const WallTime at(std::chrono::seconds(load_le<std::uint32_t>(rest)) +
                          std::chrono::microseconds(load_le<std::uint32_t>(rest, 4)));
        const std::size_t length = load_le<std::uint32_t>(rest, 8);
        buffer.add(rest.subspan(16, length), at);
        rest = rest.subspan(16 + length);
      }
    }
    EXPECT_TRUE(file->close());
    const std::string ours = read_file(path).value();
    EXPECT_EQ(ours.substr(24), golden.substr(24));
    EXPECT_EQ(ours.substr(0, 16), golden.substr(0, 16));
    EXPECT_EQ(ours.substr(20, 4), golden.substr(20, 4));
  }
}

TEST(PcapFile, TakesWholeFramesOfManyThreads) {
  constexpr std::size_t kFrames = 5000;
  const std::string path = path_of("threads.pcap");
  const auto file = PcapFile::open(path, net::LinkLayer::kEthernet).value();
  file->begin().value();
  {
    std::vector<std::jthread> threads;
    for (unsigned char thread = 1; thread <= 3; ++thread) {
      threads.emplace_back([&, thread] {
        PcapBuffer buffer(*file);
        for (std::size_t i = 0; i < kFrames; ++i) {
          buffer.add(std::vector<std::byte>(60 + i % 100, std::byte{thread}), WallTime());
        }
      });
    }
  }
  EXPECT_TRUE(file->close());
  const test::Frames frames = read_back(path);
  EXPECT_EQ(frames.size(), 3 * kFrames);
  for (const auto& frame : frames) {
    ASSERT_TRUE(std::ranges::all_of(frame, [&](std::byte byte) { return byte == frame.front(); }));
  }
}

TEST(PcapFile, OfARawIpLinkSaysSo) {
  const std::string path = path_of("raw.pcap");
  const auto file = PcapFile::open(path, net::LinkLayer::kRawIp).value();
  EXPECT_TRUE(file->begin());
  EXPECT_TRUE(file->close());
  EXPECT_EQ(load_le<std::uint32_t>(as_bytes(read_file(path).value()), 20), 101u);
}

TEST(PcapFile, LeavesWhatWasThereUntilItBegins) {
  const std::string path = path_of("kept.pcap");
  std::ofstream(path) << "the last capture";
  PcapFile::open(path, net::LinkLayer::kEthernet).value().reset();
  EXPECT_EQ(read_file(path).value(), "the last capture");
  const std::string other = path_of("never.pcap");
  PcapFile::open(other, net::LinkLayer::kEthernet).value().reset();
  EXPECT_FALSE(read_file(other)) << "it was made for nothing";
}

TEST(PcapFile, SaysWhereItCannotWrite) {
  const auto missing = PcapFile::open("/nowhere/x.pcap", net::LinkLayer::kEthernet);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message,
            "cannot open /nowhere/x.pcap for captured packets: No such file or directory");
  const auto full = PcapFile::open("/dev/full", net::LinkLayer::kEthernet).value()->begin();
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message,
            "cannot write captured packets to /dev/full: No space left on device; the rest of them "
            "is missing");
}

// A capture into a FIFO that is open for reading; longer than a pipe's buffer.
class PcapFifo : public testing::Test {
 protected:
  static constexpr std::size_t kBytes = 1 << 20;

  PcapFifo() {
    std::filesystem::remove(path_);
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    reader_ = files::open(path_, O_RDONLY | O_NONBLOCK);
    file_ = PcapFile::open(
                path_, net::LinkLayer::kEthernet,
                {.graceful_stop = graceful_.poll_fd(), .immediate_stop = immediate_.poll_fd()})
                .value();
    file_->begin().value();
    written_ = std::async(std::launch::async, [this] {
      file_->append(std::vector<std::byte>(kBytes));
      file_->append(std::vector<std::byte>(kBytes));  // does not wait a second time
      return file_->close();
    });
  }
  ~PcapFifo() override { std::filesystem::remove(path_); }

  bool is_written_within(Duration longest) {
    return written_.wait_for(longest) == std::future_status::ready;
  }
  void expect_cut() {
    EXPECT_EQ(written_.get().error().message,
              "cannot write captured packets to " + path_ +
                  ": interrupted while nobody read it; the rest of them is missing");
  }

  const std::string path_ = path_of("fifo.pcap");
  EventFd graceful_ = EventFd::open().value();
  EventFd immediate_ = EventFd::open().value();
  UniqueFd reader_;
  std::unique_ptr<PcapFile> file_;
  std::future<Result<void>> written_;
};

TEST_F(PcapFifo, ThatNobodyReadsIsGivenUpAMomentAfterAnInterrupt) {
  EXPECT_FALSE(is_written_within(2 * PcapFile::kReaderTimeout));
  const Instant began = now();
  graceful_.call();
  ASSERT_TRUE(is_written_within(10s));
  EXPECT_GE(now() - began, PcapFile::kReaderTimeout);
  expect_cut();
}

TEST_F(PcapFifo, ThatNobodyReadsIsGivenUpWhereEverythingEndsAtOnce) {
  immediate_.call();
  EXPECT_FALSE(is_written_within(100ms)) << "the first interrupt says soon too";
  graceful_.call();
  ASSERT_TRUE(is_written_within(10s));
  expect_cut();
}

TEST_F(PcapFifo, ThatIsReadSlowlyGetsEverythingAfterAnInterrupt) {
  graceful_.call();
  std::size_t taken = 0;
  std::array<char, 65536> chunk;
  while (taken < 2 * kBytes) {
    const ssize_t count = files::read(reader_.get(), chunk);
    if (count > 0) taken += static_cast<std::size_t>(count);
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(written_.get());
}

TEST(PcapQueue, WritesTheFramesThatAreSentWithTheTimeOfTheirBatch) {
  const std::string path = path_of("queue.pcap");
  const auto file = PcapFile::open(path, net::LinkLayer::kEthernet).value();
  file->begin().value();
  {
    const auto queue = PcapQueue::open(*file, 5s).value();
    queue->advance(Instant(2s));
    const std::span<TxFrame> slots = queue->reserve(2);
    slots[0].buffer[0] = std::byte{7};
    slots[0].length = 1;
    slots[1].length = 0;
    queue->submit(1);
    EXPECT_EQ(queue->counters().sent, 1u);
  }
  EXPECT_TRUE(file->close());
  EXPECT_EQ(read_back(path), (test::Frames{{std::byte{7}}}));
  EXPECT_EQ(load_le<std::uint32_t>(as_bytes(read_file(path).value()), 24), 7u);
}

}  // namespace
}  // namespace masscan::nic
