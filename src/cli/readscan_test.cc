// --readscan against every file that masscan's development version has made of others: the same
// command line gives the same bytes, except for the differences in docs/formats/.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "base/file.h"
#include "cli/read_files.h"
#include "cli/test_support.h"
#include "convert/convert.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = MASSCAN_GOLDEN_DIR "/outputs/readscan";
// When the golden files were made.
const WallTime kNow(std::chrono::seconds(1706933106));

struct Golden {
  std::string file;     // "conv/hm-mixed.head.list"
  std::string command;  // without "masscan" and redirections
};

std::vector<Golden> golden_commands() {
  std::vector<Golden> rows;
  std::ifstream manifest(kGolden / "MANIFEST.tsv");
  for (std::string line; std::getline(manifest, line);) {
    std::istringstream columns(line);
    Golden row;
    std::string version, folder;
    std::getline(columns, row.file, '\t');
    std::getline(columns, version, '\t');
    std::getline(columns, folder, '\t');
    std::getline(columns, row.command, '\t');
    const bool is_conversion =
        folder == "conv" || folder == "edge" || folder == "filter" || folder == "live";
    if (version != "head" || !is_conversion) continue;
    row.command = std::regex_replace(row.command, std::regex(R"(^masscan | 2?> \S+|'?$)"), "");
    rows.push_back(row);
  }
  return rows;
}

// What we write into `path` for a command; false if that command makes no file here.
bool run_command(const Golden& golden, const fs::path& path, std::vector<std::string>& notes) {
  // As when it was made.
  const test::WorkingFolder folder((kGolden / golden.file).parent_path());
  const auto settings = read(split_line(golden.command));
  if (!settings || !check_output(settings->config)) return false;
  output::OutputConfig output = settings->config.output;
  if (!settings->config.unsupported.empty() && output.format == nullptr) return false;
  if (output.format == nullptr) output.format = format::find_format("interactive");
  if (output.interactive || output.format->name == "none") return false;
  output.file = path;
  auto request = conversion_request(*settings);
  EXPECT_TRUE(request) << golden.command;
  request->now = kNow;
  const auto result =
      convert::convert(*request, output, [&](std::string_view note) { notes.emplace_back(note); });
  if (!result) notes.push_back(result.error().message);
  return true;
}

std::string replaced(const std::string& text, const std::string& pattern, const std::string& by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

// What of a golden file is different by intent (docs/formats/), as we write it.
std::string as_we_write(const std::string& file, std::string text) {
  if (file.ends_with(".gnmap")) {
    text = replaced(text, "^# Masscan 1.3.9-integration ", "# Masscan 2.0.0 ");
    text = replaced(text,
                    R"(TCP\(2;80-80,443-443,\) UDP\(1;65589-65589,\) )"
                    R"(SCTP\(1;167484-167484,\) PROTOCOLS\(1;196911-196911\))",
                    "TCP(2;80-80,443-443) UDP(1;53-53) SCTP(1;36412-36412) PROTOCOLS(1;47-47)");
  }
  if (file.ends_with(".xml")) {
    text = replaced(text, R"re((addr="[^"]*:[^"]*" addrtype=")ipv4")re", "$1ipv6\"");
    text = replaced(text, R"(reason="syn-ack" (reason_ttl="\d+" /><service name="dns-ver"))",
                    R"(reason="response" $1)");
  }
  if (file.find("json") != std::string::npos) {
    for (std::smatch match;
         std::regex_search(text, match, std::regex(R"re("timestamp": ?"(-\d+)")re"));) {
      const auto seconds = static_cast<std::uint32_t>(std::stoll(match[1]));
      text.replace(static_cast<std::size_t>(match.position(1)),
                   static_cast<std::size_t>(match.length(1)), std::to_string(seconds));
    }
  }
  return text;
}

// What masscan loses or keeps by mistake; docs/formats/readscan.md has the same list.
const std::map<std::string, std::string> kBetter = {
    {"edge/hm-arp.head.list", "ARP records are read"},
    {"edge/hm-arp6.head.list", "ARP records are read"},
    {"edge/hm-long-type.head.list", "an unknown type does not end the file"},
    {"edge/hm-unknown-type.head.list", "an unknown type does not end the file"},
    {"edge/hm-short-type3.head.list", "a short record does not crash the reader"},
    {"conv/hm-banners.head.uni", "a file without results is empty"},
    {"filter/exclude-only.head.list", "excludes alone exclude"},
    {"filter/exclude-ports-only.head.list", "excludes alone exclude"},
    {"filter/range-v6-only.head.list", "IPv6 ranges alone filter"},
    {"filter/port-53.head.list", "ports have a protocol"},
    {"filter/port-udp.head.list", "ports have a protocol"},
    {"filter/port-range.head.list", "ports have a protocol"},
    {"filter/ports-exclude-ports.head.list", "ports have a protocol"},
    {"filter/grepable-ports.head.gnmap", "ports have a protocol"},
    {"filter/btype-old-types.head.list", "old records are filtered"},
    {"filter/two-options.head.list", "every --readscan adds files"},
};

// The file with the right answer: masscan 1.3.2 understands its own banners best.
fs::path answer(const std::string& file) {
  return kGolden / replaced(file, R"(banners\.1\.3\.2\.by\.head)", "banners.1.3.2.by.1.3.2");
}

// What masscan has made of the ARP records of a real scan: nothing.
bool is_of_arp(const std::string& file) { return file.starts_with("live/arp."); }

// Not written where masscan writes them (docs/formats/certs.md).
bool is_of_certificates(const std::string& file) {
  return file.find(".certs") != std::string::npos;
}

class Readscan : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("TZ", "UTC", 1);  // of the golden files
    ::tzset();
  }

  const test::TestFolder directory_;
};

TEST_F(Readscan, WritesWhatMasscanWrites) {
  const std::vector<Golden> rows = golden_commands();
  ASSERT_GT(rows.size(), 300u);
  std::size_t compared = 0;
  std::set<std::string> different;
  for (const Golden& golden : rows) {
    const fs::path path = directory_.path("results");
    fs::remove(path);
    std::vector<std::string> notes;
    if (!fs::exists(kGolden / golden.file) || is_of_certificates(golden.file)) continue;
    if (!run_command(golden, path, notes)) continue;
    ++compared;
    if (slurp(path) == as_we_write(golden.file, slurp(answer(golden.file)))) continue;
    different.insert(golden.file);
    if (!kBetter.contains(golden.file) && !is_of_arp(golden.file)) {
      ADD_FAILURE() << golden.file << ": masscan " << golden.command;
    }
  }
  EXPECT_GT(compared, 200u);
  for (const auto& [file, reason] : kBetter) EXPECT_TRUE(different.contains(file)) << file;
}

}  // namespace
}  // namespace masscan::cli
