#include "nic/tx_slots.h"

#include <gtest/gtest.h>

#include <set>

namespace masscan::nic {
namespace {

TEST(TxSlots, LendTheSameSlotsUntilCommitted) {
  TxSlots slots = TxSlots::make(4, 64).value();
  const TxFrame* first = slots.reserve(2).data();
  EXPECT_EQ(slots.reserve(3).data(), first);
  EXPECT_EQ(slots.commit(1).data(), first);
  EXPECT_EQ(slots.reserve(1).data(), first + 1);
}

TEST(TxSlots, LendNoSlotThatWaitsToLeave) {
  TxSlots slots = TxSlots::make(4, 64).value();
  slots.reserve(4);
  slots.commit(4);
  EXPECT_TRUE(slots.reserve(1).empty());
  slots.pop(1);
  EXPECT_EQ(slots.reserve(4).size(), 1u);
}

TEST(TxSlots, AreAllLentAgainOnceEmpty) {
  TxSlots slots = TxSlots::make(4, 64).value();
  slots.reserve(3);
  slots.commit(3);
  slots.pop(3);
  EXPECT_EQ(slots.reserve(4).size(), 4u);
}

TEST(TxSlots, StayInOrderAroundTheEndOfTheRing) {
  TxSlots slots = TxSlots::make(4, 64).value();
  std::size_t written = 0;
  std::size_t left = 0;
  for (int round = 0; round < 100; ++round) {
    const std::span<TxFrame> lent = slots.reserve(3);
    for (TxFrame& frame : lent) frame.length = written++;
    slots.commit(lent.size());
    const std::size_t leaving = std::min<std::size_t>(slots.oldest().size(), 2);
    for (std::size_t i = 0; i < leaving; ++i) EXPECT_EQ(slots.oldest()[i].length, left++);
    slots.pop(leaving);
    EXPECT_EQ(slots.queued(), written - left);
  }
  EXPECT_GT(left, 100u);
}

TEST(TxSlots, LoseNoFrameWhenOneIsTakenOut) {
  for (std::size_t begin = 0; begin < 5; ++begin) {
    for (std::size_t age = 0; age < 4; ++age) {
      TxSlots slots = TxSlots::make(5, 64).value();
      const auto queue = [&](std::size_t length) {
        slots.reserve(1).front().length = length;
        slots.commit(1);
      };
      queue(9);  // empties the ring only once, so that the queue starts at any slot
      for (std::size_t i = 0; i < begin; ++i) {
        queue(9);
        slots.pop(1);
      }
      for (std::size_t length = 0; length < 4; ++length) queue(length);
      slots.pop(1);
      EXPECT_EQ(slots.queued_at(age).front().length, age);
      slots.erase(age);
      std::multiset<std::size_t> left;
      while (slots.queued() > 0) {
        left.insert(slots.oldest().front().length);
        slots.pop(1);
      }
      std::multiset<std::size_t> expected = {0, 1, 2, 3};
      expected.erase(age);
      EXPECT_EQ(left, expected) << begin << ' ' << age;
    }
  }
}

TEST(TxSlots, DoNotShareMemory) {
  TxSlots slots = TxSlots::make(3, 64).value();
  const std::span<TxFrame> lent = slots.reserve(3);
  for (const TxFrame& frame : lent) EXPECT_EQ(frame.buffer.size(), 64u);
  EXPECT_EQ(lent[0].buffer.data() + 64, lent[1].buffer.data());
  EXPECT_EQ(lent[1].buffer.data() + 64, lent[2].buffer.data());
}

}  // namespace
}  // namespace masscan::nic
