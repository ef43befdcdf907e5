#include "cli/list_targets.h"

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <vector>

#include "setup/make_plan.h"
#include "targets/port_set.h"

namespace masscan::cli {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kLongestLine = 64;  // "[8 groups]:U:65535\n" has 50

// ":80" or ":U:53", as a port list would write it.
std::string suffix(net::Port port) {
  targets::PortSet one;
  one.add(port.transport, {port.number, port.number});
  return ":" + to_string(one);
}

// Returns the text behind the address for each port of the plan; none if there is only one port.
// Made once, because there are at most some hundred thousand ports, but billions of lines.
class Suffixes {
 public:
  explicit Suffixes(const targets::ProbeSpace& space) : ports_(space.ports()) {
    const targets::PortSet& ports = ports_;
    if (ports.count() < 2 && space.pairs().empty()) return;
    are_shown_ = true;
    texts_.reserve(ports.count());
    for (std::uint64_t i = 0; i < ports.count(); ++i) texts_.push_back(suffix(ports.at(i)));
  }

  bool are_shown() const { return are_shown_; }
  std::string of(net::Port port) const {
    const auto index = ports_.index_of(port);
    return index ? texts_[*index] : suffix(port);  // of a pair
  }

 private:
  const targets::PortSet& ports_;
  std::vector<std::string> texts_;
  bool are_shown_ = false;
};

void append(std::string& out, const targets::Target& target, const Suffixes& suffixes) {
  const std::string address = to_string(target.address);
  if (!suffixes.are_shown()) {
    out += address;
  } else if (target.address.is_v4()) {
    out += address;
    out += suffixes.of(target.port);
  } else {
    fmt::format_to(std::back_inserter(out), "[{}]{}", address, suffixes.of(target.port));
  }
  out += '\n';
}

}  // namespace

Result<void> list_targets(const engine::Plan& plan, const Write& write) {
  const Suffixes suffixes(plan.space);
  const engine::WorkerShare worker_share = plan.share_of(0);  // one worker's: the whole shard
  std::string piece;
  piece.reserve(kPiece);
  for (std::uint64_t turn = plan.begin_turns.front(); turn < worker_share.before(plan.end_turn);
       ++turn) {
    append(piece, plan.target(worker_share.position(turn)), suffixes);
    if (piece.size() + kLongestLine <= kPiece) continue;
    TRY(write(piece));
    piece.clear();
  }
  return write(piece);
}

}  // namespace masscan::cli
