#include "host/mac_vendors.h"

#include <gtest/gtest.h>

namespace masscan::host {
namespace {

std::string_view find(const MacVendors& vendors, std::string_view address) {
  return vendors.find(net::MacAddress::parse(address).value());
}

TEST(MacVendors, ReadsTheListsOfEveryPackage) {
  const MacVendors vendors = MacVendors::parse(
      "# nmap\n000000 Xerox\n"
      "28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.\n"
      "286FB9     (base 16)\t\tNokia Shanghai Bell Co., Ltd.\r\n"
      "002272\tAmerican Micro-Fuel Device Corp.\n");
  EXPECT_EQ(find(vendors, "00:00:00:11:22:33"), "Xerox");
  EXPECT_EQ(find(vendors, "28:6f:b9:11:22:33"), "Nokia Shanghai Bell Co., Ltd.");
  EXPECT_EQ(find(vendors, "00:22:72:11:22:33"), "American Micro-Fuel Device Corp.");
  EXPECT_EQ(find(vendors, "02:22:72:11:22:33"), "");
}

TEST(MacVendors, SkipsWhatIsNoRow) {
  const MacVendors vendors = MacVendors::parse("00000\n000001\n000002 \n00000g name\n0000030 name");
  for (const std::string_view address :
       {"00:00:01:00:00:00", "00:00:02:00:00:00", "00:00:03:00:00:00"}) {
    EXPECT_EQ(find(vendors, address), "") << address;
  }
}

}  // namespace
}  // namespace masscan::host
