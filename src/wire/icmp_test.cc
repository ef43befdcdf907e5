#include "wire/icmp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"
#include "wire/checksum.h"

namespace masscan::wire {
namespace {

RC_GTEST_PROP(Icmp, ParsesWhatItEmits, ()) {
  const IcmpHeader header{.type = test::any<std::uint8_t>(),
                          .code = test::any<std::uint8_t>(),
                          .rest = test::any<std::uint32_t>()};
  const auto body = test::any_bytes(60);
  test::Buffer message(IcmpHeader::kLength);
  message.insert(message.end(), body.begin(), body.end());
  header.emit(message);
  const auto view = IcmpView::parse(message);
  RC_ASSERT(view.has_value());
  RC_ASSERT(view->header() == header);
  RC_ASSERT(test::copy(view->body()) == body);
  RC_ASSERT(Checksum().add(message).finish() == 0);
}

TEST(Icmp, HasAtLeastEightBytes) {
  const test::Buffer message(8);
  EXPECT_TRUE(IcmpView::parse(message));
  EXPECT_FALSE(IcmpView::parse(Bytes(message).first(7)));
}

}  // namespace
}  // namespace masscan::wire
