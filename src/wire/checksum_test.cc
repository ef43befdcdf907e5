#include "wire/checksum.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"

namespace masscan::wire {
namespace {

// A literal implementation of RFC 1071: 16-bit words are added bit by bit, and each carry out of
// the top is added at the bottom at once.
class Oracle {
 public:
  void add(Bytes bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      const auto high = std::to_integer<unsigned>(bytes[i]);
      const auto low = i + 1 < bytes.size() ? std::to_integer<unsigned>(bytes[i + 1]) : 0;
      add_word(high << 8 | low);
    }
  }
  unsigned checksum() const { return ~sum_ & 0xffff; }

 private:
  void add_word(unsigned word) {
    for (unsigned bit = 1; bit <= 0x8000; bit <<= 1) {
      if ((word & bit) != 0) add_bit(bit);
    }
  }
  void add_bit(unsigned bit) {
    while ((sum_ & bit) != 0) {
      sum_ ^= bit;
      bit = bit == 0x8000 ? 1 : bit << 1;
    }
    sum_ |= bit;
  }

  unsigned sum_ = 0;
};

unsigned oracle(Bytes bytes) {
  Oracle oracle;
  oracle.add(bytes);
  return oracle.checksum();
}

// The example of RFC 1071, section 3.
TEST(Checksum, AgreesWithTheExampleOfTheRfc) {
  constexpr unsigned char kBytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(Checksum().add(std::as_bytes(std::span(kBytes))).finish(), 0x220d);
}

RC_GTEST_PROP(Checksum, OfAnyBytesIsTheOneAddedBitByBit, ()) {
  const auto bytes = test::any_bytes(300);
  RC_ASSERT(Checksum().add(bytes).finish() == oracle(bytes));
}

RC_GTEST_PROP(Checksum, OfPiecesIsThatOfTheWhole, ()) {
  const auto bytes = test::any_bytes(100);
  const std::size_t cut = *rc::gen::inRange<std::size_t>(0, bytes.size() / 2 + 1) * 2;
  const Bytes whole(bytes);
  RC_ASSERT(Checksum().add(whole.first(cut)).add(whole.subspan(cut)).finish() == oracle(bytes));
}

RC_GTEST_PROP(Checksum, SurvivesManyBytesOfOnes, ()) {
  const std::vector<std::byte> ones(*rc::gen::inRange<std::size_t>(0, 70000), std::byte{0xff});
  RC_ASSERT(Checksum().add(ones).finish() == oracle(ones));
}

RC_GTEST_PROP(Checksum, ResumedWithWhatZeroFieldsBecomeIsThatOfTheWhole, ()) {
  test::Buffer bytes(14);
  store_be(bytes, 0, std::uint16_t{0x4500});
  const std::uint16_t before = Checksum().add(bytes).finish();
  const auto number = test::any<std::uint64_t>();
  const auto word = test::any<std::uint32_t>();
  store_be(bytes, 2, number);
  store_be(bytes, 10, word);
  RC_ASSERT(Checksum::resume(before).add(number).add(word).finish() == oracle(bytes));
}

RC_GTEST_PROP(Checksum, OfAnIpv6PseudoHeaderIsThatOfItsBytes, ()) {
  const auto source = test::any_ipv6();
  const auto destination = test::any_ipv6();
  const auto length = test::any<std::uint16_t>();
  test::Buffer header(40);
  store_ipv6(header, 0, source);
  store_ipv6(header, 16, destination);
  store_be(header, 32, std::uint32_t{length});
  store_be(header, 39, static_cast<std::uint8_t>(Protocol::kIcmpv6));
  const auto checksum =
      Checksum().add_pseudo_header(source, destination, Protocol::kIcmpv6, length).finish();
  RC_ASSERT(checksum == oracle(header));
}

}  // namespace
}  // namespace masscan::wire
