#include "cli/help/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/version.h"
#include "cli/help/listing.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

// The site of masscan, whose command line this is. Programs search the output for "http".
constexpr std::string_view kSite = "https://github.com/robertdavidgraham/masscan";

constexpr std::string_view kIntroduction =
    "Usage: masscan [options] targets\n"
    "\n"
    "To find open TCP ports: masscan -p80,8000-8100 10.0.0.0/8 --rate 10000\n"
    "To try it without privileges (simulation): masscan -e sim -p80 10.0.0.0/16\n"
    "\n"
    "Options are written --name=value, --name:value or --name value. Case and the\n"
    "characters '-', '_' and '.' in names are ignored. Flags take =true or =false.\n";

// "-p, --ports PORTS"
std::string label(const Option& option) {
  std::vector<std::string> names;
  for (const std::string_view word : split_words(option.shorts)) names.emplace_back(word);
  if (!option.name.empty()) {
    // Only the first of several short forms is shown.
    names.resize(std::min<std::size_t>(names.size(), 1));
    names.push_back(fmt::format("--{}", option.name));
  } else if (option.arity == Arity::kRequired) {
    names.resize(std::min<std::size_t>(names.size(), 2));
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (option.value_name.empty()) return text;
  if (option.arity == Arity::kOptional) return text + fmt::format(" [{}]", option.value_name);
  return text + fmt::format(" {}", option.value_name);
}

}  // namespace

std::string help_text() {
  std::string out(kIntroduction);
  for (const Section& section : sections()) {
    out += fmt::format("\n{}:\n", section.title);
    for (const Option& option : section.options) {
      if (!option.help.empty()) append_entry(out, label(option), option.help, default_text(option));
    }
  }
  return out;
}

std::string usage_text() {
  return "masscan finds open TCP ports in large address ranges.\n"
         "\n"
         "  masscan -p80,443 10.0.0.0/8 --rate 10000   scan two ports of a network\n"
         "  masscan --top-ports 100 -iL list -oJ out   common ports; results to a file\n"
         "  masscan -e sim -p80 10.0.0.0/16            try it on a simulated internet\n"
         "\n"
         "Scan what you are responsible for. 'masscan --help' lists all options.\n";
}

// Wrapper programs parse this line. masscan prints the empty line before it too.
std::string version_text() { return fmt::format("\nMasscan version {} ( {} )\n", kVersion, kSite); }

}  // namespace masscan::cli
