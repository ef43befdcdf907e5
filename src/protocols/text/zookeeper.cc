// ZooKeeper: version and mode, by the command "srvr".
#include <algorithm>

#include "banner/facts.h"
#include "banner/lines.h"
#include "base/text.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kZookeeperPorts[] = {2181};

// Reads lines as "Mode: standalone". The server closes behind the last one.
StreamStep read_zookeeper(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::string_view kVersion = "Zookeeper version: ";
  constexpr std::string_view kMode = "Mode: ";
  constexpr std::string_view kRefusals[] = {"This ZooKeeper instance is not currently serving",
                                            "srvr is not executed because it is not in the"};
  std::string_view text = as_text(stream.received);
  Match refuses = Match::kNo;
  for (const std::string_view refusal : kRefusals)
    refuses = std::max(refuses, banner::begins_with(text, refusal));
  const Match match = std::max(refuses, banner::begins_with(text, kVersion));
  if (match == Match::kNo) return StreamStep::foreign();
  if (!stream.has_ended) return StreamStep::more();
  if (match != Match::kYes) return StreamStep::foreign();
  std::string said;
  banner::Facts facts(said);
  if (refuses == Match::kYes) facts.add(take_line(text));
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with(kVersion)) {
      const std::string_view version = line.substr(kVersion.size());
      facts.add("version", version);
      out.state_software(std::string("ZooKeeper ").append(version, 0, version.find_first_of("-,")));
    } else if (line.starts_with(kMode)) {
      facts.add("mode", line.substr(kMode.size()));
    }
  }
  out.add(record::Application::kZookeeper, said);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kZookeeper = {
    .name = "zookeeper", .ports = kZookeeperPorts, .hello = "srvr", .read = read_zookeeper};

}  // namespace masscan::protocols
