#include "cli/help/nmap_help.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "cli/help/listing.h"
#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

constexpr std::string_view kIntroduction =
    "Which nmap options work here. Always on: a SYN scan of all targets (-sS -Pn), in\n"
    "random order, without reverse DNS (-n), with whole Ethernet frames (--send-eth).\n";

// "-sA -sF --scanflags"
std::string spellings(const Option& option) {
  std::string words(option.shorts);
  const auto append = [&](std::string_view name) {
    words += fmt::format("{}--{}", words.empty() ? "" : " ", name);
  };
  if (!option.name.empty()) append(option.name);
  for (const std::string_view alias : split_words(option.aliases)) append(alias);
  return words;
}

// Names of other sections that nmap has too.
std::string shared_names(bool is_unsupported) {
  std::string words;
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.nmap.empty() || option.is_unsupported != is_unsupported) continue;
      if (!words.empty()) words += ' ';
      words += option.nmap;
    }
  }
  return words;
}

// Appends the rows of nmap's options whose Apply is `answer`.
void append_rows(std::string& out, Apply answer) {
  for (const Option& option : nmap_options()) {
    if (option.apply != answer) continue;
    append_entry(out, spellings(option), option.reason.empty() ? option.help : option.reason);
  }
}

}  // namespace

std::string nmap_text() {
  std::string out(kIntroduction);
  out += "\n";
  append_entry(out, "As in nmap:", shared_names(false));
  append_entry(out, "Not supported yet:", shared_names(true));
  out += "\nAccepted, without effect:\n";
  append_rows(out, accept_silently);
  append_rows(out, accept_with_note);
  out += "\nRefused:\n";
  append_rows(out, refuse);
  return out;
}

}  // namespace masscan::cli
