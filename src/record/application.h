// The protocols of banners: the numbers in binary files, and the names elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masscan::record {

// Numbers of masscan's development version; other versions differ (format/dialect.h), and a file
// may hold any number. Of two with one name, old files hold the first.
enum class Application : std::uint16_t {
  kUnknown = 0,
  kGuessed = 1,  // "unknown" too
  kSsh1 = 2,
  kSsh2 = 3,
  kHttp = 4,
  kFtp = 5,
  kDnsVersion = 6,
  kSnmp = 7,
  kNbtstat = 8,
  kSsl = 9,
  kSmb = 10,
  kSmtp = 11,
  kPop3 = 12,
  kImap4 = 13,
  kZeroAccess = 14,
  kX509 = 15,
  kX509Ca = 16,
  kTitle = 17,
  kHtml = 18,
  kNtp = 19,
  kVulnerability = 20,
  kHeartbleed = 21,
  kTicketbleed = 22,
  kVncOld = 23,
  kSafe = 24,
  kMemcached = 25,
  kScripting = 26,
  kVersioning = 27,
  kCoap = 28,
  kTelnet = 29,
  kRdp = 30,
  kHttpServer = 31,
  kMinecraft = 32,
  kVnc = 33,
  kVncInfo = 34,
  kIsakmp = 35,
  kError = 36,
  // Ours, which masscan does not number; it prints them as "(1000)".
  kFirstOwn = 1000,
  kEcho = kFirstOwn,
  kQotd,
  kChargen,
  kTftp,
  kPortmap,
  kNfs,
  kRip,
  kRadius,
  kKerberos,
  kLdap,
  kMdns,
  kSsdp,
  kWsDiscovery,
  kSip,
  kStun,
  kL2tp,
  kOpenvpn,
  kQuic,
  kDtls,
  kGtp,
  kNatPmp,
  kPcp,
  kIpmi,
  kBacnet,
  kEthernetIp,
  kMssql,
  kUbiquiti,
  kQuake,
  kSource,
  kTeamspeak,
  kMac,
  kRsync,
  kFinger,
  kIrc,
  kNntp,
  kMysql,
  kPostgresql,
  kRedis,
  kMongodb,
  kOracle,
  kMqtt,
  kAmqp,
  kSocks,
  kRtsp,
  kXmpp,
  kElasticsearch,
  kDocker,
  kEtcd,
  kZookeeper,
  kCassandra,
  kKafka,
  kModbus,
  kS7,
  kDnp3,
  kIec104,
  kAdb,
  kJdwp,
  kGit,
  kSvn,
  kX11,
  kAfp,
  kIscsi,
  kSshKeys,
  kRmi,
};

// Appends "http", or "(37)" for a number without a name.
void append_name(std::string& out, Application application);

// The inverse of append_name. Returns the newest of several with one name.
std::optional<Application> parse_application(std::string_view name);

// Parses the names of --banner-types in this case: "ssh1", "x509ca", "vnc-old".
std::optional<Application> parse_banner_type(std::string_view name);
std::string_view banner_type(Application application);  // empty if there is none

}  // namespace masscan::record
