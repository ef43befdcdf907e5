#include "base/spsc_byte_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace masscan {
namespace {

bool push(SpscByteRing& ring, std::string_view head, std::string_view body) {
  return ring.push(as_bytes(head), as_bytes(body));
}

TEST(SpscByteRing, KeepsMessagesInOrderAndInOnePiece) {
  SpscByteRing ring(256);
  EXPECT_TRUE(ring.front().empty());
  ASSERT_TRUE(push(ring, "a", "bc"));
  ASSERT_TRUE(push(ring, "", std::string(100, 'x')));
  EXPECT_EQ(as_text(ring.front()), "abc");
  ring.pop();
  EXPECT_EQ(as_text(ring.front()), std::string(100, 'x'));
  ring.pop();
  EXPECT_TRUE(ring.front().empty());
}

TEST(SpscByteRing, RefusesWhatDoesNotFit) {
  SpscByteRing ring(64);
  EXPECT_FALSE(push(ring, "", std::string(64, 'x')));
  EXPECT_TRUE(push(ring, "", std::string(56, 'x')));
  EXPECT_EQ(ring.room(), 0u);
  EXPECT_FALSE(push(ring, "", "y"));
  ring.pop();
  EXPECT_TRUE(push(ring, "", "y"));
}

// The consumer sees every message, whatever its length, also across the end of the memory.
TEST(SpscByteRing, CarriesMessagesBetweenThreads) {
  constexpr int kMessages = 20000;
  const auto message = [](int i) {
    return std::string(1 + i % 97, static_cast<char>('a' + i % 26));
  };
  SpscByteRing ring(1024);
  std::jthread producer([&] {
    for (int i = 0; i < kMessages;) i += push(ring, "", message(i)) ? 1 : 0;
  });
  for (int i = 0; i < kMessages;) {
    const Bytes front = ring.front();
    if (front.empty()) continue;
    ASSERT_EQ(as_text(front), message(i));
    ring.pop();
    ++i;
  }
}

}  // namespace
}  // namespace masscan
