// What controllers and remote terminals say, read out of recorded streams.
#include "protocols/plant/protocols.h"
#include "support/stream_rows.h"

namespace masscan::protocols {
namespace {

const test::StreamRow kRows[] = {
    {"dnp3_1", {"dnp3: outstation=10, master=1"}, "", {}, true},
    {"dnp3_2", {"dnp3: outstation=1024, master=1"}, "", {}, true},
    {"ethernet-ip_1",
     {"enip: product=1756-ENBT/A, vendor=1, device=12, revision=3.3, serial=0x00a1b2c3"}},
    {"iec104_1", {"iec-104: TESTFR con"}},
    {"iec104_2", {"iec-104: TESTFR con"}},
    {"modbus_1", {"modbus: vendor=Pymodbus, product=PM, revision=3.0.0"}},
    {"modbus_2", {"modbus: exception=1"}},
    {"s7_1",
     {"s7: module=6ES7 315-2EH14-0AB0, hardware=6ES7 315-2EH14-0AB0, firmware=3.2.6"},
     "",
     {25, 33}},
    {"s7_2", {"s7: identification refused"}, "", {25, 33}},
};

TEST(PlantStreams, AreReadExactly) {
  for (const test::StreamRow& row : kRows) test::expect_read(row);
}

TEST(PlantStreams, FillersAreForeign) { test::expect_fillers_are_foreign(kRows); }

}  // namespace
}  // namespace masscan::protocols
