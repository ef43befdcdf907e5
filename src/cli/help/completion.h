// What shells need to complete our command line, made from the table of options:
//
//   source <(masscan --completion bash)
#pragma once

#include <string>
#include <string_view>

namespace masscan::cli {

// The text for a shell, or null if we do not know it.
using Completion = std::string (*)();
Completion find_completion(std::string_view shell);

}  // namespace masscan::cli
