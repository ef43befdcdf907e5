#include "cli/help/manual.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "base/version.h"
#include "cli/help/listing.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

// Escapes text for roff, which would print a bare '-' as a hyphen and "'" as a quotation mark.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '-':
        out += "\\-";
        break;
      case '\\':
        out += "\\e";
        break;
      case '\'':
        out += "\\(aq";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Makes a line of running text. roff would take a '.' at its beginning for a request.
std::string line(std::string_view text) {
  return fmt::format("{}{}\n", text.starts_with('.') ? "\\&" : "", escape(text));
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", escape(text)); }

std::string value_of(const Option& option) {
  if (option.value_name.empty()) return "";
  const std::string value = fmt::format("\\fI{}\\fR", escape(option.value_name));
  return option.arity == Arity::kOptional ? fmt::format(" [{}]", value) : " " + value;
}

// Writes "-p, --ports PORTS", the help, and the other names.
void append_option(std::string& out, const Option& option) {
  std::vector<std::string> names;
  for (const std::string_view word : split_words(option.shorts)) names.push_back(bold(word));
  if (!option.name.empty()) names.push_back(bold(fmt::format("--{}", option.name)));
  out += fmt::format(".TP\n{}{}\n", fmt::join(names, ", "), value_of(option));
  out += line(option.help);
  if (option.default_value != nullptr) out += line(default_text(option));

  std::vector<std::string> aliases;
  for (const std::string_view word : split_words(option.aliases)) {
    aliases.push_back(bold(fmt::format("--{}", word)));
  }
  if (!aliases.empty()) out += fmt::format("Also {}.\n", fmt::join(aliases, ", "));
}

constexpr std::string_view kBeginning =
    ".SH NAME\n"
    "masscan \\- finds open ports in large address ranges\n"
    ".SH SYNOPSIS\n"
    "\\fBmasscan\\fR [\\fIoptions\\fR] \\fItargets\\fR\n"
    ".SH DESCRIPTION\n"
    "masscan sends one probe to every target in random order and reports the answers. It does not\n"
    "wait for an answer before it sends the next probe, and it uses its own TCP/IP stack in "
    "addition\n"
    "to the kernel\\(aqs. It needs root, or the capabilities CAP_NET_RAW and CAP_NET_ADMIN. "
    "Listings,\n"
    "\\fB\\-\\-echo\\fR and \\fB\\-e sim\\fR need no privileges.\n"
    ".PP\n"
    "Long options are written \\fB\\-\\-name=value\\fR, \\fB\\-\\-name:value\\fR or\n"
    "\\fB\\-\\-name value\\fR; case and the characters \\(aq\\-\\(aq, \\(aq_\\(aq and \\(aq.\\(aq "
    "do\n"
    "not matter in names. Flags take \\fB=true\\fR or \\fB=false\\fR. Each long option is also a\n"
    "key of configuration files, in lines of \\fIkey\\fR = \\fIvalue\\fR.\n"
    ".SH OPTIONS\n";

constexpr std::string_view kEnd =
    ".SH FILES\n"
    ".TP\n"
    "/etc/masscan/masscan.conf\n"
    "A configuration file that is always read first. Put an \\fIexcludefile\\fR line there.\n"
    ".SH EXIT STATUS\n"
    "0: success. 1: an error while running. 2: an error in the command line or in a file.\n"
    ".SH EXAMPLES\n"
    ".TP\n"
    "masscan \\-p80,8000\\-8100 10.0.0.0/8 \\-\\-rate 10000\n"
    "Scan 102 ports of a large network.\n"
    ".TP\n"
    "masscan \\-p80,8000\\-8100 10.0.0.0/8 \\-\\-echo > scan.conf; masscan \\-c scan.conf\n"
    "Save a configuration, then scan with it.\n"
    ".TP\n"
    "masscan \\-e sim \\-p80 10.0.0.0/16\n"
    "Try it on a simulated internet, without privileges.\n";

}  // namespace

std::string manual_text() {
  std::string out = fmt::format(".TH MASSCAN 8 \"\" \"masscan {}\"\n", kVersion);
  out += kBeginning;
  for (const Section& section : sections()) {
    out += fmt::format(".SS {}\n", escape(section.title));
    for (const Option& option : section.options) {
      if (!option.help.empty()) append_option(out, option);
    }
  }
  out += kEnd;
  return out;
}

}  // namespace masscan::cli
