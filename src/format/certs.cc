// The certificates of a scan, --output-format certs: one PEM block (RFC 7468) per X.509 banner and
// nothing of other results. See docs/formats/certs.md.
#include <algorithm>
#include <string_view>

#include "format/formats.h"

namespace masscan::format {
namespace {

// The width of masscan. RFC 7468 asks writers for 64 and readers to accept any.
constexpr std::size_t kColumns = 72;
constexpr std::string_view kPrefix = "cert:";  // masscan's files have it before the base64

// Base64 is printable. Other bytes may come from an untrusted file and must not reach a terminal.
bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool is_certificate(const record::Banner& banner) {
  const bool is_x509 = banner.application == record::Application::kX509 ||
                       banner.application == record::Application::kX509Ca;
  return is_x509 && is_printable(banner.text);
}

void append_certs_banner(std::string& out, const record::Banner& banner) {
  if (!is_certificate(banner)) return;
  std::string_view text = banner.text;
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  out += "-----BEGIN CERTIFICATE-----\n";
  while (!text.empty()) {
    out += text.substr(0, kColumns);
    out += '\n';
    text.remove_prefix(std::min(kColumns, text.size()));
  }
  out += "-----END CERTIFICATE-----\n";
}

void append_certs_trailer(std::string& out, const Ending& /*ending*/) { out += "{finished: 1}\n"; }

}  // namespace

constinit const Format kCertsFormat = {.name = "certs",
                                       .opening = "-----BEGIN CERTIFICATE-----\n",
                                       .banner = append_certs_banner,
                                       .trailer = append_certs_trailer};

}  // namespace masscan::format
