#include "setup/resume_point.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/siphash.h"
#include "base/text.h"

namespace masscan::setup {

namespace {

constexpr std::size_t kHexDigits = 16;
constexpr std::uint64_t kLatest = 999'999'999'999;  // twelve digits of seconds

// Detects accidental damage only: the key is public.
std::uint64_t check_of(const ResumePoint& point) {
  SipHash hash(SipKey{});
  hash.add(point.plan).add(point.began);
  for (const std::uint64_t turn : point.turns) hash.add(turn);
  if (point.settings) hash.add(*point.settings);
  return hash.finish();
}

}  // namespace

void ResumePoint::take_earlier(const ResumePoint& other) {
  const std::size_t rounds = std::min(turns.size(), other.turns.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    turns[round] = std::min(turns[round], other.turns[round]);
  }
}

std::string to_text(const ResumePoint& point) {
  std::string text = fmt::format("{:016x} {:012}", point.plan, std::min(point.began, kLatest));
  for (const std::uint64_t turn : point.turns) text += fmt::format(" {:020}", turn);
  if (point.settings) text += fmt::format(" {:016x}", *point.settings);
  return text + fmt::format(" {:016x}", check_of(point));
}

std::optional<ResumePoint> parse_resume_point(std::string_view text) {
  const std::vector<std::string_view> words = split_words(text);
  if (words.size() < 4) return std::nullopt;
  const auto plan = parse_number<std::uint64_t>(words[0], 16);
  const auto began = parse_number<std::uint64_t>(words[1]);
  if (!plan || !began) return std::nullopt;
  ResumePoint point{.plan = *plan, .began = *began, .turns = {}};
  std::size_t turns_end = words.size() - 1;
  if (words[turns_end - 1].size() == kHexDigits) {
    point.settings = parse_number<std::uint64_t>(words[--turns_end], 16);
  }
  for (std::size_t i = 2; i < turns_end; ++i) {
    const auto turn = parse_number<std::uint64_t>(words[i]);
    if (!turn) return std::nullopt;
    point.turns.push_back(*turn);
  }
  const bool descends = std::is_sorted(point.turns.rbegin(), point.turns.rend());
  return descends && to_text(point) == text ? std::optional(point) : std::nullopt;
}

}  // namespace masscan::setup
