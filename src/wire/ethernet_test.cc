#include "wire/ethernet.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"

namespace masscan::wire {
namespace {

RC_GTEST_PROP(Ethernet, ParsesWhatItEmits, ()) {
  const EthernetHeader header{
      .destination = test::any_mac(), .source = test::any_mac(), .type = EtherType::kArp};
  const auto frame = test::emitted(header, EthernetHeader::kLength);
  const auto view = EthernetView::parse(frame);
  RC_ASSERT(view.has_value());
  RC_ASSERT(view->header() == header);
  RC_ASSERT(view->payload().empty());
}

class TaggedEthernet : public testing::Test {
 protected:
  test::PacketBuilder builder_ = test::packet()
                                     .ethernet(test::mac("020000000001"), test::mac("020000000002"))
                                     .ip(test::ip("10.0.0.1"), test::ip("10.0.0.2"))
                                     .tcp({});
};

TEST_F(TaggedEthernet, IsSteppedOver) {
  const auto frame = builder_.tag(0x88a8, 100).tag(0x8100, 7).bytes();
  const auto view = EthernetView::parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->type(), EtherType::kIpv4);
  EXPECT_EQ(view->source(), test::mac("020000000002"));
  EXPECT_EQ(view->payload().size(), 40u);
}

TEST_F(TaggedEthernet, MayNotEndBeforeItsType) {
  const auto frame = builder_.tag(0x8100, 7).bytes();
  EXPECT_TRUE(EthernetView::parse(Bytes(frame).first(18)));
  for (std::size_t length = 0; length < 18; ++length) {
    EXPECT_FALSE(EthernetView::parse(Bytes(frame).first(length))) << length;
  }
}

}  // namespace
}  // namespace masscan::wire
