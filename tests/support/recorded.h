// Answers of servers, which lie in tests/fuzz/corpus/udp: two bytes of port, then the datagram.
// Those named "malformed" are no answers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"

namespace masscan::test {

struct Recorded {
  std::string name;
  bool is_malformed = false;
  std::uint16_t port = 0;
  std::string datagram;
};

inline std::filesystem::path recorded_folder() {
  return std::filesystem::path(MASSCAN_SOURCE_DIR) / "tests/fuzz/corpus/udp";
}

inline Recorded recorded(std::string_view name) {
  std::ifstream file(recorded_folder() / name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  CHECK(bytes.size() > sizeof(std::uint16_t));
  return {.name = std::string(name),
          .is_malformed = name.starts_with("malformed"),
          .port = load_be<std::uint16_t>(as_bytes(bytes)),
          .datagram = bytes.substr(sizeof(std::uint16_t))};
}

inline std::vector<Recorded> all_recorded() {
  std::vector<Recorded> all;
  for (const auto& entry : std::filesystem::directory_iterator(recorded_folder()))
    all.push_back(recorded(entry.path().filename().string()));
  return all;
}

}  // namespace masscan::test
