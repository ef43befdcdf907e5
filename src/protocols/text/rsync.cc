// rsync's daemon: the version of its protocol, which it states first.
#include "banner/lines.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {873};

StreamStep read_rsync(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::string_view kGreeting = "@RSYNCD: ";
  std::string_view text = as_text(stream.received);
  const banner::Match match = banner::begins_with(text, kGreeting);
  if (match == banner::Match::kMaybe && !stream.has_ended) return StreamStep::more();
  if (match != banner::Match::kYes) return StreamStep::foreign();
  const auto line = banner::take_line(text);
  if (!line && !stream.has_ended) return StreamStep::more();
  out.add(record::Application::kRsync, line.value_or(text));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kRsync = {
    .name = "rsync", .ports = kPorts, .read = read_rsync};

}  // namespace masscan::protocols
