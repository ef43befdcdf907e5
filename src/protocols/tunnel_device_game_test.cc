// Answers of tunnels, devices and games. They are files of tests/fuzz/corpus/udp: the port in two
// bytes, then the datagram. The token was 0xdeadbeef.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "banner/answer_text.h"
#include "base/file.h"
#include "protocols/device/protocols.h"
#include "protocols/game/protocols.h"
#include "protocols/tunnel/protocols.h"
#include "protocols/udp_table.h"

namespace masscan::protocols {
namespace {

using record::Application;

constexpr std::uint32_t kToken = 0xdeadbeef;

struct Answer {
  std::string_view file;
  const banner::UdpProtocol& protocol;
  Application application;
  std::string_view text;
  std::uint32_t token_bits = 0;
};

constexpr std::uint32_t kAll = ~0u;

const Answer kAnswers[] = {
    // strongSwan 5.9.8
    {"isakmp_1", kIsakmp, Application::kIsakmp,
     "v1.0 xchg=id-prot [SEC-ASSOC] DOI=ipsec IDENTITY 1 id=ISAKMP trans=IKE AES-CBC key=256bits "
     "hash=0x4 PSK {XAUTH} {RFC3706-DPD} ",
     kAll},
    {"isakmp_2", kIsakmp, Application::kIsakmp,
     "v2.0 xchg=34 [NOTIFY] INVALID_KE_PAYLOAD group=14 ", kAll},
    {"isakmp_3", kIsakmpNat, Application::kIsakmp,
     "v1.0 xchg=id-prot [SEC-ASSOC] DOI=ipsec IDENTITY 1 id=ISAKMP trans=IKE AES-CBC key=256bits "
     "hash=0x4 PSK {XAUTH} {RFC3706-DPD} ",
     kAll},
    {"isakmp_4", kIsakmp, Application::kIsakmp,
     "v2.0 xchg=34 [SEC-ASSOC] encrypt=20 key=256bits prf=5 group=31 [KEY-XCHG] [NONCE] "
     "[NOTIFY] 16418 [NOTIFY] 16404 ",
     kAll},
    {"isakmp_5", kIsakmp, Application::kIsakmp, "v1.0 xchg=5 ENCRYPTED ", kAll},
    // The example of masscan's documentation, with our cookie.
    {"isakmp_6", kIsakmp, Application::kIsakmp,
     "v1.0 xchg=id-prot [SEC-ASSOC] DOI=ipsec IDENTITY 1 id=ISAKMP trans=IKE 3DES-CBC SHA PSK ",
     kAll},
    {"l2tp_1", kL2tp, Application::kL2tp,  // xl2tpd 1.3.18
     "SCCRP, version=1.0, firmware=0x0690, host=vm, vendor=xelerance.com", 0x0000ffff},
    {"openvpn_1", kOpenvpn, Application::kOpenvpn, "HARD_RESET_SERVER_V2", kAll},  // 2.6.14
    {"openvpn_2", kOpenvpn, Application::kOpenvpn, "ACK", kAll},  // 2.6.14 without --server
    {"quic_1", kQuic, Application::kQuic, "version negotiation, versions=v1", kAll},  // ngtcp2
    {"quic_2", kQuic, Application::kQuic, "version negotiation, versions=v1 v2 draft-29 Q046",
     kAll},
    {"dtls_1", kDtls, Application::kDtls, "DTLS/1.0, HelloVerifyRequest"},  // OpenSSL 3.0.19
    {"dtls_2", kDtls, Application::kDtls, "DTLS/1.2, cipher=0xc030"},
    {"dtls_3", kDtls, Application::kDtls, "DTLS/1.2, alert=40"},
    {"stun_1", kStun, Application::kStun, "binding, software=Coturn-4.6.1 'Gorst'", kAll},
    {"gtp_1", kGtpUser, Application::kGtp, "GTPv1, restarts=1", 0xffff0000},  // osmo-ggsn 1.10
    {"gtp_2", kGtpControl, Application::kGtp, "GTPv2, restarts=7", 0xffffff00},
    {"gtp_3", kGtpControl, Application::kGtp, "GTPv2, version not supported", 0xffffff00},
    {"bacnet_1", kBacnet, Application::kBacnet, "I-Am, device=1234, vendor-id=15"},
    {"bacnet_2", kBacnet, Application::kBacnet,
     "device=1234, name=AHU-1, vendor=Lab Controls, model=LC-400, firmware=2.7", 0x00ff0000},
    {"bacnet_3", kBacnet, Application::kBacnet, "reject=9", 0x00ff0000},
    // ipmi_sim of OpenIPMI 2.0.33
    {"ipmi_1", kIpmi, Application::kIpmi,
     "IPMI-2.0, auth=none md2 md5 password, login=null-user named-user, "
     "per-message authentication"},
    {"ipmi_2", kIpmi, Application::kIpmi, "ASF with IPMI, vendor=4542", 0x007f0000},
    // miniupnpd 2.3.1
    {"natpmp_1", kNatPmp, Application::kNatPmp, "NAT-PMP, external=8.8.4.5, uptime=10s"},
    {"natpmp_2", kNatPmp, Application::kPcp, "PCP, uptime=11s"},
    {"ubiquiti_1", kUbiquiti, Application::kUbiquiti,
     "version=1, host=roof, model=N2N, firmware=XM.ar7240.v5.5.6.17762, essid=link, "
     "full-model=NanoStation M2"},
    {"ethernetip_1", kEthernetIp, Application::kEthernetIp,
     "product=1756-ENBT/A, vendor=1, device=12, revision=3.3, serial=0x00a1b2c3", kAll},
    {"mssql_1", kMssqlBrowser, Application::kMssql,  // [MC-SQLR] 4.1
     "server=ILSUNG1, instance=YUKONSTD, version=9.00.1399.06, tcp=57137, "
     "server=ILSUNG1, instance=YUKONDEV, version=9.00.1399.06, "
     "pipe=\\\\ILSUNG1\\pipe\\MSSQL$YUKONDEV\\sql\\query"},
    {"quake_1", kQuake, Application::kQuake, "info, map=q3dm17, name=noname, gamename=Quake3Arena",
     0x0f0f0f0f},
    {"quake_2", kQuake, Application::kQuake,
     "status, version=ioq3 1.36+u20220314 linux-x86_64, map=q3dm17, name=noname", 0x0f0f0f0f},
    {"source_1", kSourceEngine, Application::kSource,
     "name=Lab Server, game=Counter-Strike: Source, map=de_dust2, version=6630498"},
    {"source_2", kSourceEngine, Application::kSource, "challenge"},
    {"teamspeak_1", kTeamspeak, Application::kTeamspeak, "TS3INIT1", kAll},
    {"bedrock_1", kBedrock, Application::kMinecraft,
     "bedrock, edition=MCPE, name=Dedicated Server, protocol=527, version=1.19.1", kAll},
};

class Answers : public ::testing::TestWithParam<Answer> {
 protected:
  const std::string file_ =
      read_file(fmt::format("{}/tests/fuzz/corpus/udp/{}", MASSCAN_SOURCE_DIR, GetParam().file))
          .value();
  const Bytes datagram_ = as_bytes(file_).subspan(2);
};

TEST_P(Answers, HaveTheTextAndTheToken) {
  std::string text = "before";
  const auto answer = read_udp(load_be<std::uint16_t>(as_bytes(file_)), datagram_, text);
  ASSERT_TRUE(answer);
  EXPECT_EQ(text, fmt::format("before{}", GetParam().text));
  EXPECT_EQ(answer->application, GetParam().application);
  EXPECT_EQ(answer->token_bits, GetParam().token_bits);
  EXPECT_EQ(answer->token & answer->token_bits, kToken & answer->token_bits);
}

TEST_P(Answers, CutAnywhereAppendTheirTextOrNothing) {
  for (std::size_t size = 0; size < datagram_.size(); ++size) {
    const std::string part(as_text(datagram_.first(size)));
    std::string text = "before";
    if (!GetParam().protocol.read(as_bytes(part), text)) EXPECT_EQ(text, "before") << size;
  }
}

INSTANTIATE_TEST_SUITE_P(OfServices, Answers, ::testing::ValuesIn(kAnswers),
                         [](const auto& info) { return std::string(info.param.file); });

TEST(TunnelDeviceGame, RequestsAreNoAnswers) {
  for (const Answer& answer : kAnswers) {
    for (const banner::UdpRequest& request : answer.protocol.requests) {
      std::string text;
      EXPECT_FALSE(read_udp(answer.protocol.ports[0], as_bytes(request.payload), text))
          << request.name;
      EXPECT_EQ(text, "");
    }
  }
}

TEST(TunnelDeviceGame, TokensLieInTheirRequests) {
  for (const Answer& answer : kAnswers) {
    for (const banner::UdpRequest& request : answer.protocol.requests) {
      EXPECT_LE(request.payload.size(), banner::kMaxUdpRequest) << request.name;
      EXPECT_LE(request.token_at + (request.token_bits == 0 ? 0u : 4u), request.payload.size())
          << request.name;
    }
  }
}

TEST(TunnelDeviceGame, ForeignCookiesAreNoAnswersOfIsakmp) {
  std::string datagram = read_file(MASSCAN_SOURCE_DIR "/tests/fuzz/corpus/udp/isakmp_1").value();
  datagram[2] = 'M';
  std::string text;
  EXPECT_FALSE(kIsakmp.read(as_bytes(datagram).subspan(2), text));
}

TEST(TunnelDeviceGame, LongAnswersAreCut) {
  std::string answer = "\xff\xff\xff\xffstatusResponse\n";
  for (int i = 0; i < 100; ++i) answer += "\\version\\" + std::string(1000, 'x');
  std::string text;
  ASSERT_TRUE(kQuake.read(as_bytes(answer), text));
  EXPECT_EQ(text.size(), banner::kMaxAnswerText);
}

TEST(TunnelDeviceGame, LongListsAreCut) {
  std::string datagram = read_file(MASSCAN_SOURCE_DIR "/tests/fuzz/corpus/udp/quic_2").value();
  for (int i = 0; i < 1000; ++i) datagram += std::string_view("\0\0\0\1", 4);
  std::string text;
  ASSERT_TRUE(kQuic.read(as_bytes(datagram).subspan(2), text));
  EXPECT_LE(text.size(), banner::kMaxAnswerText);

  std::string isakmp = read_file(MASSCAN_SOURCE_DIR "/tests/fuzz/corpus/udp/isakmp_1").value();
  isakmp[18] = 99;
  isakmp.resize(30);
  for (int i = 0; i < 1000; ++i) isakmp += std::string_view("\x63\0\0\4", 4);
  store_be<std::uint32_t>(std::as_writable_bytes(std::span(isakmp)), 26,
                          static_cast<std::uint32_t>(isakmp.size() - 2));
  text.clear();
  ASSERT_TRUE(kIsakmp.read(as_bytes(isakmp).subspan(2), text));
  EXPECT_EQ(text.size(), 1024u);
}

}  // namespace
}  // namespace masscan::protocols
