#include "cli/help/manual.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "base/version.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

// Text as roff prints it: a bare '-' would become a hyphen, "'" a quotation mark.
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

// A line of running text; what roff would take for a request at its beginning is none.
std::string line(std::string_view text) {
  return fmt::format("{}{}\n", text.starts_with('.') ? "\\&" : "", escape(text));
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", escape(text)); }

std::string value_of(const Option& option) {
  if (option.value_name.empty()) return "";
  const std::string value = fmt::format("\\fI{}\\fR", escape(option.value_name));
  return option.arity == Arity::kOptional ? fmt::format(" [{}]", value) : " " + value;
}

// "-p, --ports PORTS", the sentence, and the other names.
void append_option(std::string& out, const Option& option) {
  std::vector<std::string> names;
  for (const std::string_view word : split_words(option.shorts)) names.push_back(bold(word));
  if (!option.name.empty()) names.push_back(bold(fmt::format("--{}", option.name)));
  out += fmt::format(".TP\n{}{}\n", fmt::join(names, ", "), value_of(option));
  out += line(option.help);

  std::vector<std::string> aliases;
  for (const std::string_view word : split_words(option.aliases)) {
    aliases.push_back(bold(fmt::format("--{}", word)));
  }
  if (!aliases.empty()) out += fmt::format("Also {}.\n", fmt::join(aliases, ", "));
}

constexpr std::string_view kBeginning =
    ".SH NAME\n"
    "masscan \\- finds open ports in huge address ranges\n"
    ".SH SYNOPSIS\n"
    "\\fBmasscan\\fR [\\fIoptions\\fR] \\fItargets\\fR\n"
    ".SH DESCRIPTION\n"
    "Asks every target in random order, asynchronously, with a TCP/IP stack of its own beside the\n"
    "kernel\\(aqs, and reports what answers. It needs root or the capabilities CAP_NET_RAW and\n"
    "CAP_NET_ADMIN; listings, \\fB\\-\\-echo\\fR and \\fB\\-e sim\\fR need neither.\n"
    ".PP\n"
    "Long options may be written \\fB\\-\\-name=value\\fR, \\fB\\-\\-name:value\\fR or\n"
    "\\fB\\-\\-name value\\fR; case and the characters \\(aq\\-\\(aq, \\(aq_\\(aq and \\(aq.\\(aq "
    "do\n"
    "not matter in names. Flags take \\fB=true\\fR or \\fB=false\\fR. Each long option is also a\n"
    "key of configuration files, in lines of \\fIkey\\fR = \\fIvalue\\fR.\n"
    ".SH OPTIONS\n";

constexpr std::string_view kEnd =
    ".SH FILES\n"
    ".TP\n"
    "/etc/masscan/masscan.conf\n"
    "A configuration file that is always read first, the place for an \\fIexcludefile\\fR.\n"
    ".SH EXIT STATUS\n"
    "0, 2 for a command line or file that makes no sense, 1 for what failed while running.\n"
    ".SH EXAMPLES\n"
    ".TP\n"
    "masscan \\-p80,8000\\-8100 10.0.0.0/8 \\-\\-rate 10000\n"
    "Ask 102 ports of a large network.\n"
    ".TP\n"
    "masscan \\-p80,8000\\-8100 10.0.0.0/8 \\-\\-echo > scan.conf; masscan \\-c scan.conf\n"
    "Keep a configuration, and scan by it.\n"
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
