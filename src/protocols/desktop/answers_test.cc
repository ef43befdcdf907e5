// What the protocols of this folder read out of recorded streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/desktop/protocols.h"
#include "support/recorded_streams.h"

namespace masscan::protocols {
namespace {

struct Row {
  std::string_view stream;
  std::string_view text;
  std::string_view software{};
};

// masscan prints the texts of smb_1 to smb_3 about these servers; 1.3.2 without the boot time.
const Row kRows[] = {
    {"smb_1",
     "smb: SMBv2  guid=6b736564-6f68-7473-0000-000000000000 time=2026-11-29 23:57:17  "
     "boottime=1601-01-01 00:00:00  domain=DESKHOST version=6.1.0 ntlm-ver=15 domain=DESKHOST "
     "name=DESKHOST domain-dns= name-dns=vm"},
    {"smb_2",
     "smb: SMBv2  guid=6b736564-6f68-7473-0000-000000000000 time=2026-11-29 23:57:17  "
     "boottime=1601-01-01 00:00:00  domain=DESKHOST version=6.1.0 ntlm-ver=15 domain=DESKHOST "
     "name=DESKHOST domain-dns= name-dns=vm"},
    {"smb_3",
     "smb: SMBv1  time=2026-11-29 23:57:20 TZ=+0  domain=DESKHOST version=6.1.0 ntlm-ver=15 "
     "domain=DESKHOST name=DESKHOST domain-dns= name-dns=vm os=Windows 6.1 "
     "ver=Samba 4.17.12-Debian domain=DESKGROUP",
     "Samba 4.17.12-Debian"},
    {"smb_4",
     "smb: SMBv2  guid=6b736564-6f68-7473-0000-000000000000 time=2026-11-29 23:57:23  "
     "boottime=1601-01-01 00:00:00  domain=DESKHOST version=6.1.0 ntlm-ver=15 domain=DESKHOST "
     "name=DESKHOST domain-dns= name-dns=vm"},
    {"smb_5", "smb: SMBv1  time=2026-11-29 23:57:58 TZ=+0  domain=DESKGROUP name=DESKHOST"},
    {"smb_6", "smb: ERROR(Called name not present)"},
    {"smb_7", "smb:  PARSERR(nbt-retarget) "},
    {"smb1_1",
     "smb: SMBv1  time=2026-11-29 23:57:25 TZ=+0  domain=DESKHOST version=6.1.0 ntlm-ver=15 "
     "domain=DESKHOST name=DESKHOST domain-dns= name-dns=vm os=Windows 6.1 "
     "ver=Samba 4.17.12-Debian domain=DESKGROUP",
     "Samba 4.17.12-Debian"},
    {"smb1_2", "smb: SMBv1 "},
    {"rdp_1", "rdp:  NLA-unused selected=TLS"},
    {"rdp_2", "rdp:  NLA-supported selected=CredSSP"},
    {"rdp_3", "rdp:  NLA-unused selected=RDP"},
    {"rdp_4", "rdp:  failure code=3"},
    {"rdp_5", "rdp:  NLA-unsupported code=5"},
    {"rdp_6", "rdp:  NLA-unused selected=RDP"},
    {"rdp_7", "rdp:  COTPPDU=unknown"},
    {"rdp_8", "rdp:  COTPPDU=unknown"},
    {"x11_1", "x11: version=11.0, vendor=The X.Org Foundation, release=12101007",
     "The X.Org Foundation 12101007"},
    {"x11_2",
     "x11: version=11.0, refused=Authorization required, but no authorization protocol "
     "specified"},
    {"afp_1",
     "afp: name=deskhost, machine=Netatalk3.1.12, versions=AFP2.2 AFPX03 AFP3.1 AFP3.4, "
     "uams=DHX2 DHCAST128",
     "Netatalk3.1.12"},
    {"adb_1",
     "adb: device::ro.product.name=sdk_phone;ro.product.model=Lab Phone;ro.product.device=lab;"},
    {"adb_2", "adb: authentication required"},
    {"jdwp_1", "jdwp: version=17.0, vm=OpenJDK 64-Bit Server VM, vm-version=17.0.15",
     "OpenJDK 64-Bit Server VM 17.0.15"},
    {"iscsi_1",
     "iscsi: target=iqn.2026-11.org.example:disk1, address=10.99.0.1:3260,1, "
     "target=iqn.2026-11.org.example:disk2, address=10.99.0.1:3260,1"},
    {"iscsi_2", "iscsi: login-status=2.1"},
    {"rmi_1", "rmi: ProtocolAck"},
};

TEST(DesktopAnswers, AreReadExactly) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.stream);
    const test::RecordedStream stream = test::recorded_stream(row.stream);
    const test::ReadStream read = stream.read(stream.bytes, false);
    EXPECT_EQ(read.step, banner::StreamStep::done());
    EXPECT_THAT(read.texts, testing::ElementsAre(row.text));
    EXPECT_EQ(read.software, row.software);
  }
}

// The requests that were due when the servers had said so much.
TEST(DesktopAnswers, AreAskedForStepByStep) {
  const struct {
    std::string_view stream;
    std::vector<std::pair<std::size_t, unsigned>> due;
  } rows[] = {
      {"smb_1", {{205, 0}, {206, 1}, {463, 1}, {464, 2}}},
      {"smb_2", {{3, 0}, {4, 1}, {210, 2}, {468, 3}}},
      {"smb_3", {{162, 0}, {163, 1}}},
      {"smb_4", {{206, 1}}},
      {"jdwp_1", {{13, 0}, {14, 1}}},
      {"iscsi_1", {{70, 0}, {71, 1}}},
  };
  for (const auto& row : rows) {
    const test::RecordedStream stream = test::recorded_stream(row.stream);
    for (const auto& [length, due] : row.due)
      EXPECT_EQ(stream.read(stream.bytes.substr(0, length), false).step.requests, due)
          << row.stream << ' ' << length;
  }
}

// A server may answer the same again and again.
TEST(DesktopAnswers, EndAConversationThatGoesInCircles) {
  const test::RecordedStream stream = test::recorded_stream("smb_3");
  std::string circle;
  for (int i = 0; i < 5; ++i) circle += stream.bytes.substr(0, 163);  // the negotiation
  EXPECT_EQ(stream.read(circle, false).step, banner::StreamStep::done());
}

}  // namespace
}  // namespace masscan::protocols
