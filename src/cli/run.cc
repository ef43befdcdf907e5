#include "cli/run.h"

#include <cstdio>

#include "base/file.h"
#include "cli/check.h"
#include "cli/echo.h"
#include "cli/help.h"
#include "cli/settings.h"
#include "host/interfaces.h"
#include "scan/doctor.h"
#include "scan/scan.h"

namespace masscan::cli {
namespace {

Result<int> print(std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return 0;
  return run_error("standard output: {}", last_system_error());
}

Result<int> list_interfaces() {
  const std::vector<host::Interface> interfaces = TRY(host::interfaces());
  return print(host::format_interface_list(interfaces));
}

Result<int> examine(const scan::Config& config) {
  const std::string findings = TRY(scan::doctor(config));
  return print(findings);
}

}  // namespace

Result<int> run(std::span<const std::string> arguments, const std::string& system_config) {
  const Settings settings = TRY(read_settings(arguments, system_config));
  switch (settings.action) {
    case Action::kScan:
      TRY(check_scan(settings.config));
      TRY(scan::run(settings.config));
      return 0;
    case Action::kEcho:
      return print(echo_text(settings.config));
    case Action::kHelp:
      return print(help_text());
    case Action::kVersion:
      return print(version_text());
    case Action::kIflist:
      return list_interfaces();
    case Action::kDoctor:
      return examine(settings.config);
  }
  return 0;
}

}  // namespace masscan::cli
