// What the protocols of this folder read out of recorded answers.
#include <gtest/gtest.h>

#include "protocols/device/protocols.h"
#include "support/udp_answers.h"

namespace masscan::protocols {
namespace {

using record::Application;

const test::AnswerRow kDeviceRows[] = {
    {"memcached_1",
     kMemcached,
     Application::kMemcached,
     {"version=1.6.18 ", 0x05c10000, 0xffff0000}},
    {"memcached_2",
     kMemcached,
     Application::kMemcached,
     {"uptime=99 time=1700000000 version=1.5.6 ", 0x31410000, 0xffff0000}},
    {"coap_1", kCoap, Application::kCoap, {"rsp=0.0(Reset)", 0x00001c28, 0x0000ffff}},
    {"coap_2",
     kCoap,
     Application::kCoap,
     {"rsp=2.5(Content) /Content-Format/ application/link-format /a /b", 0x00001234, 0x0000ffff}},
    {"coap_3",
     kCoap,
     Application::kCoap,
     {"rsp=2.5(Content) /Content-Format/ application/link-format / /time /async /example_data",
      0x00007878, 0x0000ffff}},
    {"coap_4",
     kCoap,
     Application::kCoap,
     {"rsp=4.4(Not Found) token=abcd /Size1/ /(Unknown)/ PARSE_ERR", 0x00001234, 0x0000ffff}},
    {"ssdp_1",
     kSsdp,
     Application::kSsdp,
     {"Server: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0 USN: "
      "uuid:4d696e69-444c-164e-9d41-ee4e315011e8::upnp:rootdevice Location: "
      "http://10.9.9.1:8200/rootDesc.xml"}},
    {"ws-discovery_1",
     kWsDiscovery,
     Application::kWsDiscovery,
     {"wsdp:Device pub:Computer", 0x00050706, 0x07070707}},
    {"ws-discovery_3",
     kWsDiscovery,
     Application::kWsDiscovery,
     {"wsdp:Device pub:Computer http://10.90.1.1:3702/11111111-2222-3333-4444-555555555555",
      0x00050706, 0x07070707}},
    {"ws-discovery_2",
     kWsDiscovery,
     Application::kWsDiscovery,
     {"dn:NetworkVideoTransmitter http://192.0.2.7/onvif/device_service", 0x01020304, 0x07070707}},
    {"sip_1",
     kSip,
     Application::kSip,
     {"SIP/2.0 200 OK Server: kamailio (5.6.3 (x86_64/linux))", 0x0e090201, 0x0f0f0f0f}},
    {"sip_2",
     kSip,
     Application::kSip,
     {"SIP/2.0 483 Too Many Hops User-Agent: Lab PBX", 0x01020304, 0x0f0f0f0f}},
};

TEST(DeviceAnswers, AreReadExactly) {
  for (const test::AnswerRow& row : kDeviceRows) test::expect_read(row);
}

}  // namespace
}  // namespace masscan::protocols
