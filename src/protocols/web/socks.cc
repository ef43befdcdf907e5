// SOCKS: the version, and which way to authenticate the proxy chooses of those that are offered
// (RFC 1928, 3). None is gone, and nothing is asked to be connected.
#include <algorithm>

#include "banner/lines.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {1080, 1081};
constexpr std::string_view kHello = "\x05\x03\x00\x01\x02"sv;

struct Answer {
  std::string_view bytes;
  std::string_view text;
};

// SOCKS 4 has no greeting: its proxies take ours for a request, which they refuse.
constexpr Answer kAnswers[] = {{"\x05\x00"sv, "SOCKS5 authentication=none"},
                               {"\x05\x01"sv, "SOCKS5 authentication=gssapi"},
                               {"\x05\x02"sv, "SOCKS5 authentication=username/password"},
                               {"\x05\xff"sv, "SOCKS5 authentication=refused"},
                               {"\x00\x5b"sv, "SOCKS4"}};

// Two bytes mean nothing to those who did not ask.
StreamStep read_socks(const banner::Stream& stream, banner::StreamOutput& out) {
  if (!stream.was_asked) return StreamStep::foreign();
  banner::Match best = banner::Match::kNo;
  for (const auto& [bytes, text] : kAnswers) {
    const banner::Match match = banner::begins_with(as_text(stream.received), bytes);
    if (match == banner::Match::kYes) out.add(record::Application::kSocks, text);
    best = std::max(best, match);
  }
  if (best == banner::Match::kYes) return StreamStep::done();
  const bool is_open = best == banner::Match::kMaybe && !stream.has_ended;
  return is_open ? StreamStep::more() : StreamStep::foreign();
}

}  // namespace

constinit const banner::StreamProtocol kSocks = {
    .name = "socks", .ports = kPorts, .hello = kHello, .read = read_socks};

}  // namespace masscan::protocols
