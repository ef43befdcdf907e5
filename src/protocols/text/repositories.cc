// Daemons of repositories: git's, which is asked for one that hardly exists, and Subversion's.
#include <algorithm>

#include "banner/lines.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Match;
using banner::StreamStep;
using record::Application;

constexpr std::uint16_t kGitPorts[] = {9418};
constexpr std::uint16_t kSvnPorts[] = {3690};
constexpr std::size_t kNone = std::string_view::npos;

// Reads the first line of a packet: an error, or a reference and what the service is capable of
// (gitprotocol-pack(5)).
StreamStep read_git(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::size_t kLengthDigits = 4;
  constexpr std::size_t kHashDigits = 40;
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  constexpr std::string_view kAgent = "agent=";
  std::string_view text = as_text(stream.received);
  const std::size_t digits = std::min(text.find_first_not_of(kHexDigits), text.size());
  if (!stream.was_asked || digits < std::min(text.size(), kLengthDigits))
    return StreamStep::foreign();
  if (text.size() < kLengthDigits)
    return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  const auto length = parse_number<std::uint16_t>(text.substr(0, kLengthDigits), 16);
  const bool is_whole = text.size() >= length.value_or(0);
  const bool is_reference = digits >= kLengthDigits + kHashDigits;
  const bool is_error = text.substr(kLengthDigits).starts_with("ERR ");
  if (!is_whole && !stream.has_ended) return StreamStep::more();
  if (!is_reference && !is_error) return StreamStep::foreign();
  text = text.substr(0, *length);
  text.remove_prefix(std::min(text.size(), kLengthDigits));
  std::string line = lines_of(text);
  std::ranges::replace(line, '\0', ' ');
  out.add(Application::kGit, line);
  const std::size_t agent = line.find(kAgent);
  if (agent != kNone) {
    const std::string_view stated = std::string_view(line).substr(agent + kAgent.size());
    out.state_software(stated.substr(0, stated.find(' ')));
  }
  return StreamStep::done();
}

// Returns the length of the list at the start of `text` (the protocol's syntax: words, numbers,
// "3:abc" and lists, each with a blank behind it); npos if it has no end. 0: it is too deep.
std::size_t list_length(std::string_view text) {
  constexpr std::size_t kMaxDepth = 16;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find_first_of(" \n:", at);
    if (end == kNone) return kNone;
    const std::string_view item = text.substr(at, end - at);
    at = end + 1;
    if (text[end] == ':') {
      const auto length = parse_number<std::uint32_t>(item);
      if (!length) return 0;
      at += *length;
    }
    if (item == "(" && ++depth > kMaxDepth) return 0;
    if (item == ")" && --depth == 0) return end;
  }
  return kNone;
}

// Reads the greeting: "( success ( 2 2 ( ) ( edit-pipeline ) ) ) ".
StreamStep read_svn(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  const Match match = std::max(banner::begins_with(text, "( success ( "),
                               banner::begins_with(text, "( failure ( "));
  if (match == Match::kNo) return StreamStep::foreign();
  const std::size_t length = match == Match::kYes ? list_length(text) : kNone;
  if (length == kNone && !stream.has_ended) return StreamStep::more();
  if (match != Match::kYes || length == 0) return StreamStep::foreign();
  out.add(Application::kSvn, lines_of(text.substr(0, length)));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kGit = {
    .name = "git",
    .ports = kGitPorts,
    .hello = "0026git-upload-pack /masscan\0host=git\0"sv,
    .read = read_git};
constinit const banner::StreamProtocol kSvn = {.name = "svn", .ports = kSvnPorts, .read = read_svn};

}  // namespace masscan::protocols
