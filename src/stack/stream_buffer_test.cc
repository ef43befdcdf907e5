#include "stack/stream_buffer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace masscan::stack {
namespace {

class StreamBufferTest : public testing::Test {
 protected:
  bool store(std::uint32_t at, std::string_view text) {
    return buffer.store(pool, at, as_bytes(text));
  }
  std::string_view text() const { return as_text(buffer.bytes()); }

  BufferPool pool = BufferPool::open(BufferPool::kLargest * 4).value();
  StreamBuffer buffer;
};

TEST_F(StreamBufferTest, KeepsAFewRangesThatAreEarly) {
  EXPECT_TRUE(store(10, "k"));
  EXPECT_TRUE(store(20, "u"));
  EXPECT_TRUE(store(30, "E"));
  EXPECT_FALSE(store(40, "O"));
  EXPECT_TRUE(store(11, "l"));  // touches one
  EXPECT_TRUE(store(0, "abcdefghij"));
  EXPECT_EQ(text(), "abcdefghijkl");
  EXPECT_TRUE(store(40, "O"));
}

TEST_F(StreamBufferTest, GrowsWithWhatItHolds) {
  const std::string block(1000, 'x');
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_TRUE(store(i * 1000, block));
  EXPECT_EQ(buffer.size(), 1000000u);
  EXPECT_EQ(text(), std::string(1000000, 'x'));
  EXPECT_FALSE(store(BufferPool::kLargest, "y"));
}

// Whatever the order, what is in order at the end is what the first copy of each byte said.
TEST_F(StreamBufferTest, PutsAnyOrderRight) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    std::string stream(2000, ' ');
    for (char& c : stream) c = static_cast<char>('a' + random.below(26));
    buffer.clear(pool);
    for (int tries = 0; buffer.size() < stream.size(); ++tries) {
      ASSERT_LT(tries, 100000) << seed;
      const std::uint64_t at = random.below(stream.size());
      const std::uint64_t length = 1 + random.below(200);
      store(static_cast<std::uint32_t>(at), std::string_view(stream).substr(at, length));
      ASSERT_TRUE(stream.starts_with(text())) << seed;
    }
  }
}

TEST(BufferPool, GivesBuffersAgain) {
  BufferPool pool = BufferPool::open(1).value();  // its least is one large buffer
  const MutableBytes large = pool.take(BufferPool::kLargest);
  ASSERT_EQ(large.size(), BufferPool::kLargest);
  EXPECT_TRUE(pool.take(1).empty());
  pool.give_back(large);
  EXPECT_EQ(pool.take(1).size(), BufferPool::kLargest);  // rather than nothing
}

}  // namespace
}  // namespace masscan::stack
