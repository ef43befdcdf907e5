// What servers said, which lies in tests/fuzz/corpus/udp and tests/fuzz/corpus/stream: two bytes of
// port, then the datagram, or all that came on one connection. Those named "malformed" are no
// answers.
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
  std::string bytes;
};

inline std::filesystem::path recorded_folder(std::string_view kind) {
  return std::filesystem::path(MASSCAN_SOURCE_DIR) / "tests/fuzz/corpus" / kind;
}

inline Recorded recorded(std::string_view name, std::string_view kind = "udp") {
  std::ifstream file(recorded_folder(kind) / name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  CHECK(bytes.size() > sizeof(std::uint16_t));
  return {.name = std::string(name),
          .is_malformed = name.starts_with("malformed"),
          .port = load_be<std::uint16_t>(as_bytes(bytes)),
          .bytes = bytes.substr(sizeof(std::uint16_t))};
}

inline std::vector<Recorded> all_recorded(std::string_view kind = "udp") {
  std::vector<Recorded> all;
  for (const auto& entry : std::filesystem::directory_iterator(recorded_folder(kind)))
    all.push_back(recorded(entry.path().filename().string(), kind));
  return all;
}

}  // namespace masscan::test
