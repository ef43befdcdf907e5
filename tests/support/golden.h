// The packet captures of the reference scanner, as lists of frames.
// Errors: a missing or unreadable capture fails the calling test.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"

namespace masscan::test {

using Frames = std::vector<std::vector<std::byte>>;

inline std::filesystem::path golden_pcap_folder() {
  return std::filesystem::path(MASSCAN_GOLDEN_DIR) / "pcap";
}

// Parses a capture in the classic format, little-endian, of Ethernet frames.
inline Frames parse_pcap(Bytes file) {
  constexpr std::size_t kFileHeader = 24;
  constexpr std::size_t kRecordHeader = 16;
  constexpr std::uint32_t kMagic = 0xa1b2c3d4;
  constexpr std::uint32_t kEthernet = 1;
  Frames frames;
  if (file.size() < kFileHeader || load_le<std::uint32_t>(file) != kMagic ||
      load_le<std::uint32_t>(file, 20) != kEthernet) {
    return frames;
  }
  Bytes rest = file.subspan(kFileHeader);
  while (rest.size() >= kRecordHeader) {
    const std::size_t length = load_le<std::uint32_t>(rest, 8);
    rest = rest.subspan(kRecordHeader);
    if (length > rest.size()) break;
    frames.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
    rest = rest.subspan(length);
  }
  return frames;
}

inline Frames golden_pcap(const std::string& name) {
  const std::filesystem::path path = golden_pcap_folder() / name;
  const auto text = read_file(path.string());
  const Frames frames = text ? parse_pcap(as_bytes(*text)) : Frames{};
  if (frames.empty()) ADD_FAILURE() << path << ": no golden capture there";
  return frames;
}

// Returns every frame of every capture.
inline Frames all_golden_frames() {
  Frames all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(golden_pcap_folder(), error)) {
    if (entry.path().extension() != ".pcap") continue;
    const Frames frames = golden_pcap(entry.path().filename().string());
    all.insert(all.end(), frames.begin(), frames.end());
  }
  if (all.empty()) ADD_FAILURE() << golden_pcap_folder() << ": no golden captures there";
  return all;
}

}  // namespace masscan::test
