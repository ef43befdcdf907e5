#include "base/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace masscan {
namespace {

TEST(SpscRing, RefusesWhenFullAndKeepsOrder) {
  SpscRing<int> ring(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.push(i));
  int fifth = 4;
  EXPECT_FALSE(ring.push(fifth));
  EXPECT_EQ(ring.pop(), 0);
  EXPECT_TRUE(ring.push(fifth));
  for (int i = 1; i < 5; ++i) EXPECT_EQ(ring.pop(), i);
  EXPECT_EQ(ring.pop(), std::nullopt);
}

TEST(SpscRing, CarriesEverythingBetweenTwoThreads) {
  constexpr std::uint64_t kCount = 200000;
  SpscRing<std::uint64_t> ring(64);
  std::thread producer([&ring] {
    for (std::uint64_t i = 0; i < kCount; ++i) {
      while (!ring.push(i)) std::this_thread::yield();
    }
  });
  for (std::uint64_t expected = 0; expected < kCount;) {
    if (const auto value = ring.pop()) {
      ASSERT_EQ(*value, expected++);
    } else {
      std::this_thread::yield();
    }
  }
  producer.join();
}

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
