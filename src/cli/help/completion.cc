#include "cli/help/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

// Calls `visit(option)` for every option that --help lists.
template <typename Visit>
void for_each_listed(Visit visit) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (!option.help.empty()) visit(option);
    }
  }
}

// Returns the first sentence of the help, without the full stop.
std::string_view summary(const Option& option) {
  const std::string_view help = option.help;
  const std::size_t end = std::min(help.find(". "), help.size() - 1);
  return help.substr(0, end);
}

bool takes_file(const Option& option) { return option.value_name == "FILE"; }
// True for a value name such as "bash|zsh|fish", which lists the values.
bool is_choice(const Option& option) {
  return option.value_name.find('|') != option.value_name.npos;
}

std::string choices(const Option& option) {
  std::string words(option.value_name);
  std::replace(words.begin(), words.end(), '|', ' ');
  return words;
}

std::vector<std::string> spellings(const Option& option) {
  std::vector<std::string> words;
  for (const std::string_view word : split_words(option.shorts)) words.emplace_back(word);
  if (!option.name.empty()) words.push_back(fmt::format("--{}", option.name));
  return words;
}

// Puts text into single quotes for sh, zsh and fish.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// ---- bash ----

// Makes a branch of `case` for the values of these options.
std::string bash_branch(const std::vector<std::string>& words, std::string_view values) {
  return fmt::format("    {}) {}; return ;;\n", fmt::join(words, " | "), values);
}

std::string bash() {
  std::vector<std::string> all;
  std::vector<std::string> files;
  std::vector<std::string> others;
  std::string branches;
  for_each_listed([&](const Option& option) {
    const std::vector<std::string> words = spellings(option);
    all.insert(all.end(), words.begin(), words.end());
    if (is_choice(option)) {
      branches += bash_branch(words, fmt::format("values=(-W {})", in_quotes(choices(option))));
    } else if (option.arity == Arity::kRequired) {
      auto& into = takes_file(option) ? files : others;
      into.insert(into.end(), words.begin(), words.end());
    }
  });
  return fmt::format(
      "# bash completion of masscan, made by 'masscan --completion bash'.\n"
      "_masscan_values() {{\n"
      "  case $1 in\n{}{}{}  esac\n"
      "  [[ $2 != -* ]] || values=(-W {})\n"
      "}}\n"
      "\n"
      "_masscan() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} values=()\n"
      "  # bash makes the '=' of --name=value a word of its own.\n"
      "  if [[ $word == '=' ]]; then\n"
      "    word=\n"
      "  elif [[ $before == '=' ]]; then\n"
      "    before=${{COMP_WORDS[COMP_CWORD - 2]}}\n"
      "  fi\n"
      "  COMPREPLY=()\n"
      "  _masscan_values \"$before\" \"$word\"\n"
      "  [[ ${{#values[@]}} == 0 ]] || mapfile -t COMPREPLY < <(compgen \"${{values[@]}}\" -- "
      "\"$word\")\n"
      "}}\n"
      "complete -F _masscan masscan\n",
      branches, bash_branch(files, "values=(-f); compopt -o filenames 2>/dev/null"),
      bash_branch(others, "values=()"), in_quotes(fmt::format("{}", fmt::join(all, " "))));
}

// ---- zsh ----

// Escapes text for the brackets of an _arguments description.
std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Says how a value follows the option: "--rate=5" or "--rate 5", "-p80" or "-p 80".
std::string_view zsh_joint(const Option& option, std::string_view word) {
  if (option.value_name.empty()) return "";
  const bool is_long = word.starts_with("--");
  if (option.arity == Arity::kOptional) return is_long ? "=-" : "";
  return is_long ? "=" : "+";
}

std::string zsh_value(const Option& option, std::string_view word) {
  const bool is_short = !word.starts_with("--");
  const bool is_optional = option.arity == Arity::kOptional;
  if (option.value_name.empty() || (is_short && is_optional)) return "";
  std::string action = " ";
  if (takes_file(option)) action = "_files";
  if (is_choice(option)) action = fmt::format("({})", choices(option));
  return fmt::format("{}{}:{}", is_optional ? "::" : ":", option.value_name, action);
}

std::string zsh() {
  std::string out =
      "#compdef masscan\n"
      "# zsh completion of masscan, made by 'masscan --completion zsh'.\n"
      "_masscan() {\n"
      "  _arguments \\\n";
  for_each_listed([&](const Option& option) {
    for (const std::string& word : spellings(option)) {
      const std::string spec = fmt::format("*{}{}[{}]{}", word, zsh_joint(option, word),
                                           zsh_escaped(summary(option)), zsh_value(option, word));
      out += fmt::format("    {} \\\n", in_quotes(spec));
    }
  });
  return out +
         "    '*:TARGETS: '\n"
         "}\n"
         "if [[ $funcstack[1] == _masscan ]]; then\n"
         "  _masscan \"$@\"\n"
         "else\n"
         "  compdef _masscan masscan\n"
         "fi\n";
}

// ---- fish ----

std::string fish_names(const Option& option) {
  std::string out;
  for (const std::string_view word : split_words(option.shorts)) {
    // fish calls "-oL" an old-style option.
    out += fmt::format(" -{} {}", word.size() == 2 ? 's' : 'o', in_quotes(word.substr(1)));
  }
  if (!option.name.empty()) out += fmt::format(" -l {}", option.name);
  return out;
}

std::string fish_value(const Option& option) {
  if (option.arity != Arity::kRequired) return "";
  if (takes_file(option)) return " -r -F";
  if (is_choice(option)) return fmt::format(" -x -a {}", in_quotes(choices(option)));
  return " -x";
}

std::string fish() {
  std::string out =
      "# fish completion of masscan, made by 'masscan --completion fish'.\n"
      "complete -c masscan -f\n";
  for_each_listed([&](const Option& option) {
    out += fmt::format("complete -c masscan{}{} -d {}\n", fish_names(option), fish_value(option),
                       in_quotes(summary(option)));
  });
  return out;
}

}  // namespace

Completion find_completion(std::string_view shell) {
  if (shell == "bash") return bash;
  if (shell == "zsh") return zsh;
  if (shell == "fish") return fish;
  return nullptr;
}

}  // namespace masscan::cli
