#include "protocols/stream_table.h"

#include <algorithm>
#include <array>

#include "protocols/data/protocols.h"
#include "protocols/desktop/protocols.h"
#include "protocols/device/protocols.h"
#include "protocols/game/protocols.h"
#include "protocols/network/protocols.h"
#include "protocols/plant/protocols.h"
#include "protocols/text/protocols.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using banner::StreamProtocol;
using banner::StreamStep;

// The order decides who reads what several recognise.
constexpr std::array kProtocols = {
    // Text that a service says first, or in lines.
    &kSsh,
    &kFtp,
    &kSmtp,
    &kPop3,
    &kImap,
    &kNntp,
    &kIrc,
    &kVnc,
    &kGit,
    &kSvn,
    &kRsync,
    &kTelnet,
    &kMemcachedStream,
    &kZookeeper,
    // HTTP and what looks like it.
    &kElasticsearch,
    &kDocker,
    &kEtcd,
    &kHttp,
    &kRtsp,
    &kSipStream,
    &kXmpp,
    // Databases, directories and queues.
    &kMysql,
    &kPostgresql,
    &kRedis,
    &kMongodb,
    &kMssql,
    &kOracle,
    &kCassandra,
    &kLdap,
    &kKafka,
    &kMqtt,
    &kAmqp,
    // Controllers of plants.
    &kModbus,
    &kS7,
    &kDnp3,
    &kEthernetIpTcp,
    &kIec104,
    // Desktops, files and virtual machines.
    &kSmb,
    &kSmb1,
    &kRdp,
    &kX11,
    &kAfp,
    &kAdb,
    &kJdwp,
    &kIscsi,
    &kRmi,
    // What says little of its own.
    &kMinecraft,
    &kSocks,
    &kFinger,
};

bool is_expected(const StreamProtocol& protocol, std::uint16_t port) {
  return std::ranges::find(protocol.ports, port) != protocol.ports.end();
}

}  // namespace

std::span<const StreamProtocol* const> stream_protocols() { return kProtocols; }

const StreamProtocol* expected_at(std::uint16_t port) {
  const auto found = std::ranges::find_if(
      kProtocols, [port](const StreamProtocol* protocol) { return is_expected(*protocol, port); });
  return found == kProtocols.end() ? nullptr : *found;
}

StreamReading read_stream(const banner::Stream& stream, const StreamProtocol* asked,
                          banner::StreamOutput& out) {
  const auto read_by = [&](const StreamProtocol& protocol) {
    banner::Stream of_protocol = stream;
    of_protocol.was_asked = &protocol == asked;
    out.clear();
    return protocol.read(of_protocol, out);
  };
  const auto turn_of = [&](const StreamProtocol& protocol) {
    if (&protocol == asked) return 0;
    return is_expected(protocol, stream.peer.port) ? 1 : 2;
  };
  for (int turn = 0; turn < 3; ++turn) {
    for (const StreamProtocol* const protocol : kProtocols) {
      if (turn_of(*protocol) != turn) continue;
      const StreamStep step = read_by(*protocol);
      if (step.kind == StreamStep::Kind::kMore) return {step};
      if (step.kind != StreamStep::Kind::kForeign) return {step, protocol};
    }
  }
  out.clear();
  return {};
}

}  // namespace masscan::protocols
