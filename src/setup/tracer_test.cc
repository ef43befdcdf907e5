#include "setup/tracer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "nic/memory.h"
#include "support/packet_builder.h"

namespace masscan::setup {
namespace {

using testing::StartsWith;

// Returns every frame to its sender.
class Echo final : public nic::Network {
 public:
  void on_frame(Bytes frame, Instant, nic::SimulatedCable& cable) override {
    ++heard;
    cable.send(frame, Duration{0});
  }
  int heard = 0;
};

const test::Buffer kProbe = test::packet()
                                .ethernet(test::mac("020000000002"), test::mac("020000000001"))
                                .ip(test::ip("10.0.0.1"), test::ip("10.1.0.5"))
                                .tcp({.source_port = 61000,
                                      .destination_port = 80,
                                      .sequence = 1,
                                      .flags = wire::tcp_flag::kSyn,
                                      .window = 1024})
                                .bytes();
constexpr const char* kLine =
    "TCP 10.0.0.1:61000 > 10.1.0.5:80 S ttl=64 id=0 iplen=40 seq=1 win=1024\n";

std::string said_by(const std::function<void()>& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

class TracerTest : public testing::Test {
 protected:
  // Writes `reserved` frames and submits the first `submitted` of them.
  void send(std::size_t reserved, std::size_t submitted) {
    const std::span<nic::TxFrame> slots = tracer_.reserve(reserved);
    ASSERT_EQ(slots.size(), reserved);
    for (nic::TxFrame& slot : slots) {
      std::ranges::copy(kProbe, slot.buffer.begin());
      slot.length = kProbe.size();
    }
    tracer_.submit(submitted);
  }

  Echo echo_;
  Tracer tracer_{nic::MemoryQueue::open({.wall_offset = 1500ms}, echo_).value(),
                 WallTime(std::chrono::seconds(1))};
};

TEST_F(TracerTest, PrintsWhatIsSent) {
  const std::string line = said_by([this] { send(1, 1); });
  EXPECT_THAT(line, StartsWith("SENT ("));
  EXPECT_THAT(line, testing::EndsWith(std::string("s) ") + kLine));
}

TEST_F(TracerTest, PrintsWhatArrivesWithTheTimeAtWhichItWasCaptured) {
  said_by([this] { send(1, 1); });
  tracer_.advance(Instant());
  EXPECT_EQ(said_by([this] { EXPECT_EQ(tracer_.receive().size(), 1u); }),
            std::string("RCVD (0.5000s) ") + kLine);
  EXPECT_EQ(echo_.heard, 1);
}

TEST_F(TracerTest, PrintsNoFrameThatIsReservedOnly) {
  EXPECT_EQ(said_by([this] { send(3, 0); }), "");
  EXPECT_EQ(said_by([this] { tracer_.submit(0); }), "");
  const std::string lines = said_by([this] { send(3, 2); });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 2);
}

TEST_F(TracerTest, PrintsAllOfALargeBatch) {
  const std::string lines = said_by([this] { send(500, 500); });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 500);
}

}  // namespace
}  // namespace masscan::setup
