// Helpers that the tests of this folder share.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "cli/contradictions.h"
#include "cli/options/settings.h"
#include "cli/read_settings.h"

namespace masscan::cli {

inline constexpr const char* kNoSystemConfig = "/nonexistent/masscan.conf";

inline Result<Settings> read(std::vector<std::string> arguments,
                             const std::string& system_config = kNoSystemConfig) {
  return read_settings(arguments, system_config);
}

// "-p 80 10.0.0.1", split at blanks; 'quoted words' may hold some.
inline std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> words;
  bool in_word = false;
  bool in_quotes = false;
  for (const char c : line) {
    if (c == '\'') {
      in_quotes = !in_quotes;
      if (!in_word) words.emplace_back();
      in_word = true;
    } else if (c == ' ' && !in_quotes) {
      in_word = false;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      words.back() += c;
    }
  }
  return words;
}

inline std::string slurp(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

}  // namespace masscan::cli
