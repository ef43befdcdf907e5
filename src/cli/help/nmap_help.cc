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
    "Options of nmap, and what they are here. In force whatever is said: a SYN scan\n"
    "of all targets (-sS -Pn), in random order, without looking up names (-n), with\n"
    "whole frames (--send-eth).\n";

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

std::string implemented() {
  std::string words;
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.nmap.empty() || option.apply == refuse_unsupported) continue;
      if (!words.empty()) words += ' ';
      words += option.nmap;
    }
  }
  return words;
}

// The rows of nmap's that are answered this way.
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
  append_entry(out, "As in nmap:", implemented());
  out += "\nAccepted, without effect:\n";
  append_rows(out, accept_silently);
  append_rows(out, accept_with_note);
  out += "\nRefused:\n";
  append_rows(out, refuse);
  return out;
}

}  // namespace masscan::cli
