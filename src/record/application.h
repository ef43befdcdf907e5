// What a banner tells about: the numbers binary files hold and the names everything else prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masscan::record {

// As masscan's development version numbers them; other versions have
// others (format/dialect.h), and any is possible in a file. The first
// of two of one name is what old files hold.
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
};

// "http", and "(37)" for a number without a name.
void append_name(std::string& out, Application application);

// The inverse of append_name; the newest of several of one name.
std::optional<Application> parse_application(std::string_view name);

// As --banner-types spells it, in this case: "ssh1", "x509ca", "vnc-old".
std::optional<Application> parse_banner_type(std::string_view name);
std::string_view banner_type(Application application);  // empty where there is none

}  // namespace masscan::record
