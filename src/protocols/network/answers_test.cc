// What the protocols of this folder read out of recorded answers.
#include <gtest/gtest.h>

#include "protocols/network/protocols.h"
#include "support/udp_answers.h"

namespace masscan::protocols {
namespace {

using record::Application;

const test::AnswerRow kNetworkRows[] = {
    {"echo_1", kEcho, Application::kEcho, {"echo", 0x47035e6f, 0xffffffff}},
    {"qotd_1", kQotd, Application::kQotd, {"\"My spelling is Wobbly.\" A. A. Milne\r\n"}},
    {"chargen_1",
     kChargen,
     Application::kChargen,
     {" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg"}},
    {"dns_1", kDns, Application::kDnsVersion, {"dnsmasq-2.90", 0x68760000, 0xffff0000}},
    {"dns_2", kDns, Application::kDnsVersion, {"9.18.1-lab-patched", 0x12340000, 0xffff0000}},
    {"dns_3", kDns, Application::kDnsVersion, {"5:REFUSED", 0x25c50000, 0xffff0000}},
    {"dns_4", kDns, Application::kDnsVersion, {"recursion=yes answers=1", 0x00000000, 0xffff0000}},
    {"dns_5", kDns, Application::kDnsVersion, {"1:FORMERR", 0xbeef0000, 0xffff0000}},
    {"dns_6", kDns, Application::kDnsVersion, {"9.18.1-lab (truncated)", 0x12340000, 0xffff0000}},
    {"tftp_1", kTftp, Application::kTftp, {"error 1: File not found"}},
    {"portmap_1", kPortmap, Application::kPortmap, {"portmap v2-4", 0x76ba5242, 0xffffffff}},
    {"portmap_2", kPortmap, Application::kPortmap, {"portmap", 0xdeadbeef, 0xffffffff}},
    {"portmap_3",
     kPortmap,
     Application::kPortmap,
     {"portmap denied, authentication", 0xdeadbeef, 0xffffffff}},
    {"nfs_1", kNfs, Application::kNfs, {"nfs v3-4", 0x01020304, 0xffffffff}},
    {"nfs_2", kNfs, Application::kNfs, {"nfs unavailable", 0x01020304, 0xffffffff}},
    {"ntp_1", kNtp, Application::kNtp, {"v4 stratum=0 refid=INIT", 0x6dd7927c, 0xffffffff}},
    {"ntp_2", kNtp, Application::kNtp, {"v4 stratum=1 refid=GPS", 0x6dd7927c, 0xffffffff}},
    {"ntp_3",
     kNtp,
     Application::kNtp,
     {"stratum=16, refid=INIT, processor=\"x86_64\",\r\nsystem=\"Linux/6.12.44-generic\", "
      "version=\"ntpd ntpsec-1.2.2\"",
      0x0000831f, 0x0000ffff}},
    {"ntp_4", kNtp, Application::kNtp, {"XNTPD MON_GETLIST_1 response-size=144-bytes more=true"}},
    {"ntp_5",
     kNtp,
     Application::kNtp,
     {"XNTPD MON_GETLIST_1 Response was NTP Error Code 4 - \"no data available\""}},
    {"ntp_6", kNtp, Application::kNtp, {"XNTPD-OLD PEER_LIST response-too-big"}},
    {"ntp_7", kNtp, Application::kNtp, {"error 5", 0x0000abcd, 0x0000ffff}},
    {"netbios_1",
     kNetbios,
     Application::kNbtstat,
     {"GOLDEN         <00>\nGOLDEN         <03>\nGOLDEN         <20>\nLAB            <00>\nLAB     "
      "       <1E>\n00-00-00-00-00-00",
      0x40fe0000, 0xffff0000}},
    {"netbios_2",
     kNetbios,
     Application::kNbtstat,
     {"H<D6>ST           <20>\n02-1A-2B-3C-4D-5E", 0x4b1d0000, 0xffff0000}},
    {"snmp_1",
     kSnmp,
     Application::kSnmp,
     {"sysDescr:Lab device\nsysName:labname", 0x00a1b2c3, 0x00ffffff}},
    {"snmp_2", kSnmp, Application::kSnmp, {"error=noSuchName", 0x00a1b2c3, 0x00ffffff}},
    {"snmp_3",
     kSnmp,
     Application::kSnmp,
     {"sysObjectID:enterprise.8072.3.2.10\nsysUpTime:65280\nsysServices:72\nmib2.2.1.0:-"
      "1\nsysDescr:",
      0x00a1b2c3, 0x00ffffff}},
    {"snmp_4",
     kSnmp,
     Application::kSnmp,
     {"engine=80001f8880a08ced72d4360c6b00000000 enterprise=8072 boots=1 uptime=16", 0x009eec00,
      0x00ffffff}},
    {"cldap_1",
     kCldap,
     Application::kLdap,
     {"dnsHostName=dc1.lab.test defaultNamingContext=DC=lab,DC=test", 0x00a1b2c3, 0x00ffffff}},
    {"cldap_2", kCldap, Application::kLdap, {"result=2", 0x00a1b2c3, 0x00ffffff}},
    {"kerberos_1",
     kKerberos,
     Application::kKerberos,
     {"KRB-ERROR time=20261129142957Z error=6 realm=MASSCAN text=NULL_CLIENT"}},
    {"rip_1", kRip, Application::kRip, {"v2 0.0.0.0=16"}},
    {"rip_2", kRip, Application::kRip, {"v1 10.0.0.0=1 192.168.1.0=2"}},
    {"radius_1", kRadius, Application::kRadius, {"Access-Reject", 0x00530000, 0x00ff0000}},
    {"radius_2",
     kRadius,
     Application::kRadius,
     {"Access-Challenge Say a number", 0x005a0000, 0x00ff0000}},
    {"mdns_1", kMdns, Application::kMdns, {"_workstation._tcp.local", 0x33fd0000, 0xffff0000}},
    {"mdns_2",
     kMdns,
     Application::kMdns,
     {"_ipp._tcp.local _http._tcp.local", 0xabcd0000, 0xffff0000}},
};

TEST(NetworkAnswers, AreReadExactly) {
  for (const test::AnswerRow& row : kNetworkRows) test::expect_read(row);
}

}  // namespace
}  // namespace masscan::protocols
