// The browser of Microsoft SQL Server ([MC-SQLR] 2.2): all instances of a host.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

std::string_view fact_name(std::string_view key) {
  if (key == "ServerName") return "server";
  if (key == "InstanceName") return "instance";
  if (key == "Version") return "version";
  if (key == "tcp") return "tcp";
  if (key == "np") return "pipe";
  return {};
}

// "ServerName;A;InstanceName;B;...;;" once for each instance.
std::optional<banner::UdpAnswer> read_mssql_browser(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  if (in.be<std::uint8_t>() != 0x05 || in.le<std::uint16_t>() != in.left()) return {};
  if (as_text(in.until(';')) != "ServerName") return {};
  banner::Facts facts(text);
  facts.add("server", as_text(in.until(';')));
  banner::StatedSoftware software;  // of the first instance
  while (in.left() > 0) {
    const std::string_view key = as_text(in.until(';'));
    if (key.empty()) continue;  // between two instances
    const std::string_view value = as_text(in.until(';'));
    const std::string_view name = fact_name(key);
    if (!name.empty()) facts.add(name, value);
    if (name == "version" && software.version.empty()) software = {"Microsoft SQL Server", value};
  }
  return banner::UdpAnswer{.application = record::Application::kMssql, .software = software};
}

constexpr std::uint16_t kMssqlBrowserPorts[] = {1434};
constexpr banner::UdpRequest kMssqlBrowserRequests[] = {
    // One byte; a host with many instances answers with hundreds.
    {.name = "mssql-instances", .payload = "\x02"sv, .amplification = 440},
};

}  // namespace

const banner::UdpProtocol kMssqlBrowser = {"mssql-browser", kMssqlBrowserPorts,
                                           kMssqlBrowserRequests, read_mssql_browser};

}  // namespace masscan::protocols
