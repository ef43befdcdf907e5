// VNC (RFC 6143): the version and the security types that a service offers. None is chosen: that
// would open a session.
#include <fmt/format.h>

#include <algorithm>

#include "banner/lines.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;

constexpr std::uint16_t kVncPorts[] = {5900, 5901, 5902, 5903};
constexpr std::string_view kOpening = "RFB ";
constexpr std::string_view kForm = "RFB 000.000\n";
constexpr std::string_view kVersions[] = {"RFB 003.003\n", "RFB 003.007\n", "RFB 003.008\n"};

// As masscan names them.
constexpr std::pair<std::uint8_t, std::string_view> kSecurityTypes[] = {
    {0, "invalid"},   {1, "none"},
    {2, "VNC-chap"},  {5, "RA2"},
    {6, "RA2ne"},     {7, "SSPI"},
    {8, "SSPIne"},    {16, "Tight"},
    {17, "Ultra"},    {18, "TLS"},
    {19, "VeNCrypt"}, {20, "GTK-VNC-SASL"},
    {21, "MD5"},      {22, "Colin-Dean-xvp"},
    {30, "Apple30"},  {35, "Apple35"},
};

bool is_version(std::string_view text) {
  return std::ranges::equal(
      text, kForm, [](char c, char form) { return form == '0' ? is_digit(c) : c == form; });
}

// Returns the version that a client answers with: a known one that is not newer.
std::string_view answer_to(std::string_view version) {
  if (version < kVersions[1]) return kVersions[0];
  return version < kVersions[2] ? kVersions[1] : kVersions[2];
}

void add_type(std::string& text, std::uint8_t type) {
  const auto found =
      std::ranges::find(kSecurityTypes, type, [](const auto& row) { return row.first; });
  if (found != std::end(kSecurityTypes))
    fmt::format_to(std::back_inserter(text), "  {}\n", found->second);
  else
    fmt::format_to(std::back_inserter(text), "  {}\n", type);
}

// Returns what the service says of its security (sections 7.1.2 and A.1); empty if it is not whole.
std::string read_security(Bytes bytes, bool is_oldest) {
  constexpr std::uint32_t kMaxReason = 1024;  // bytes that are kept
  banner::Reader reader(bytes);
  const auto number = is_oldest ? reader.be<std::uint32_t>() : reader.be<std::uint8_t>();
  std::string text;
  if (reader.is_ok() && number == 0) {
    const auto length = std::min(reader.be<std::uint32_t>(), kMaxReason);
    text = fmt::format("ERROR: {}", as_text(reader.take(length)));
  } else {
    text = "Security types:\n";
    if (is_oldest)
      add_type(text, static_cast<std::uint8_t>(std::min(number, 255U)));
    else
      for (const std::byte type : reader.take(number))
        add_type(text, std::to_integer<std::uint8_t>(type));
  }
  return reader.is_ok() ? text : std::string();
}

StreamStep read_vnc(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  const std::string_view version = text.substr(0, kForm.size());
  if (banner::begins_with(text, kOpening) == banner::Match::kNo) return StreamStep::foreign();
  if (version.size() < kForm.size() && !stream.has_ended) return StreamStep::more();
  if (!is_version(version)) return StreamStep::foreign();
  const std::string_view answer = answer_to(version);
  const std::string security =
      read_security(stream.received.subspan(version.size()), answer == kVersions[0]);
  if (security.empty() && !stream.has_ended) {
    out.request = answer;
    return StreamStep::send(1);
  }
  out.add(record::Application::kVnc, version);
  if (!security.empty()) out.add(record::Application::kVncInfo, security);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kVnc = {.name = "vnc", .ports = kVncPorts, .read = read_vnc};

}  // namespace masscan::protocols
