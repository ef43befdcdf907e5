#include "format/dialect.h"

#include <algorithm>
#include <array>
#include <variant>

#include "format/formats.h"

namespace masscan::format {
namespace {

// A range of numbers that differ from the development version.
struct Shift {
  std::uint16_t first;
  std::uint16_t last;
  int distance;
};

// Lacks X509CA.
constexpr std::array kShifts132 = {Shift{16, 30, 1}};
// Lacks SMB too.
constexpr std::array kShifts105 = {Shift{10, 14, 1}, Shift{15, 23, 2}};
// Has two numbers for FTP.
constexpr std::array kShifts103 = {Shift{6, 10, -1}, Shift{16, 18, 1}};

struct Numbering {
  Dialect dialect;
  std::string_view name;
  std::span<const Shift> shifts;
  std::uint16_t last;  // last number that exists
};

constexpr std::array<Numbering, 4> kNumberings = {{{Dialect::kHead, "head", {}, 36},
                                                   {Dialect::k132, "1.3.2", kShifts132, 30},
                                                   {Dialect::k105, "1.0.5", kShifts105, 23},
                                                   {Dialect::k103, "1.0.3", kShifts103, 18}}};

const Numbering& numbering(Dialect dialect) {
  return kNumberings[static_cast<std::size_t>(dialect)];
}

// The default port of an application. Listed only if it differs from that of its neighbours in the
// table; otherwise it distinguishes nothing.
struct DefaultPort {
  record::Application application;
  net::Port port;
};
constexpr net::Port tcp(std::uint16_t number) { return {net::Transport::kTcp, number}; }
constexpr net::Port udp(std::uint16_t number) { return {net::Transport::kUdp, number}; }
constexpr std::array<DefaultPort, 18> kDefaultPorts = {
    {{record::Application::kFtp, tcp(21)},
     {record::Application::kDnsVersion, udp(53)},
     {record::Application::kSnmp, udp(161)},
     {record::Application::kNbtstat, udp(137)},
     {record::Application::kSsl, tcp(443)},
     {record::Application::kSmb, tcp(445)},
     {record::Application::kSmtp, tcp(25)},
     {record::Application::kPop3, tcp(110)},
     {record::Application::kImap4, tcp(143)},
     {record::Application::kNtp, udp(123)},
     {record::Application::kVncOld, tcp(5900)},
     {record::Application::kMemcached, tcp(11211)},
     {record::Application::kMemcached, udp(11211)},
     {record::Application::kCoap, udp(5683)},
     {record::Application::kTelnet, tcp(23)},
     {record::Application::kRdp, tcp(3389)},
     {record::Application::kHttpServer, tcp(80)},
     {record::Application::kHttpServer, tcp(8080)}}};

bool is_default_port(record::Application application, net::Port port) {
  return std::any_of(kDefaultPorts.begin(), kDefaultPorts.end(), [&](const DefaultPort& row) {
    return row.application == application && row.port == port;
  });
}

// Certificates are base64 of DER; nothing else begins like that.
bool is_certificate(std::string_view text) { return text.starts_with("MII"); }

bool is_of_certificates(record::Application application) {
  return application == record::Application::kX509 || application == record::Application::kX509Ca;
}

// Returns 1 if a banner is evidence for a dialect, -1 if it is evidence against it.
int fit(const record::Banner& banner, Dialect dialect) {
  const auto number = static_cast<std::uint16_t>(banner.application);
  const record::Application meant = application(number, dialect);
  if (number > numbering(dialect).last) return -1;
  if (is_of_certificates(meant)) return is_certificate(banner.text) ? 1 : -1;
  return is_default_port(meant, banner.port) ? 1 : 0;
}

}  // namespace

std::optional<Dialect> parse_dialect(std::string_view name) {
  for (const Numbering& row : kNumberings) {
    if (row.name == name) return row.dialect;
  }
  return std::nullopt;
}

std::string_view name(Dialect dialect) { return numbering(dialect).name; }

record::Application application(std::uint16_t number, Dialect dialect) {
  for (const Shift& shift : numbering(dialect).shifts) {
    if (shift.first <= number && number <= shift.last) {
      return static_cast<record::Application>(number + shift.distance);
    }
  }
  return static_cast<record::Application>(number);
}

std::span<const Dialect> dialects_of(std::string_view header) {
  static constexpr std::array kNew = {Dialect::kHead, Dialect::k132};
  static constexpr std::array kMiddle = {Dialect::k105, Dialect::k103};
  static constexpr std::array kOld = {Dialect::k103, Dialect::k105};
  if (header.starts_with("masscan/1.1.01")) return kOld;
  if (header.starts_with("masscan/1.1.")) return kMiddle;
  return kNew;
}

bool is_ambiguous(std::uint16_t number, std::span<const Dialect> dialects) {
  return std::any_of(dialects.begin(), dialects.end(), [&](Dialect dialect) {
    return application(number, dialect) != application(number, dialects.front());
  });
}

std::optional<Dialect> find_dialect(std::string_view frames, std::span<const Dialect> dialects) {
  std::array<int, kNumberings.size()> fits{};
  std::string bytes;
  for (;;) {
    const std::size_t length = kBinaryFormat.item_length(frames);
    if (length == 0 || length == kEndless) break;
    const FileItem parsed = kBinaryFormat.parse(frames.substr(0, length), bytes);
    if (std::holds_alternative<NotAResult>(parsed) || std::holds_alternative<ScanStart>(parsed)) {
      break;
    }
    frames.remove_prefix(length);
    const auto* banner = std::get_if<record::Banner>(&parsed);
    if (banner == nullptr) continue;
    for (const Dialect dialect : dialects) {
      fits[static_cast<std::size_t>(dialect)] += fit(*banner, dialect);
    }
  }
  const auto fit_of = [&](Dialect dialect) { return fits[static_cast<std::size_t>(dialect)]; };
  const auto best = std::max_element(dialects.begin(), dialects.end(),
                                     [&](Dialect a, Dialect b) { return fit_of(a) < fit_of(b); });
  const bool is_alone = std::count_if(dialects.begin(), dialects.end(), [&](Dialect dialect) {
                          return fit_of(dialect) == fit_of(*best);
                        }) == 1;
  return is_alone ? std::optional(*best) : std::nullopt;
}

}  // namespace masscan::format
