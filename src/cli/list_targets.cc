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
constexpr std::size_t kLongestLines = 4096;  // of one target; "[8 groups]:U:65535\n" has 50

// ":80" or ":U:53", as a port list would write it.
std::string suffix(net::Port port) {
  targets::PortSet one;
  one.add(port.transport, {port.number, port.number});
  return ":" + to_string(one);
}

// Returns the texts behind the address for each port of the plan, one for each request; an empty
// one if there is only one port, and its requests have no names. Made once, because there are at
// most some hundred thousand ports, but billions of lines.
class Suffixes {
 public:
  explicit Suffixes(const engine::Plan& plan) : plan_(plan), ports_(plan.space.ports()) {
    are_shown_ = ports_.count() > 1 || !plan.space.pairs().empty() || plan.payloads != nullptr;
    for (std::uint64_t i = 0; i < ports_.count(); ++i) texts_.push_back(make(ports_.at(i)));
  }

  bool are_shown() const { return are_shown_; }
  // Valid until: the next call.
  const std::vector<std::string>& of(net::Port port) {
    if (const auto index = ports_.index_of(port)) return texts_[*index];
    of_pair_ = make(port);
    return of_pair_;
  }

 private:
  std::vector<std::string> make(net::Port port) const {
    if (!are_shown_) return {""};
    std::vector<std::string> texts;
    if (port.transport == net::Transport::kUdp && plan_.payloads != nullptr) {
      for (const banner::UdpRequest& request : plan_.payloads->requests(port.number)) {
        if (!request.payload.empty())
          texts.push_back(suffix(port) + "  # " + std::string(request.name));
      }
    }
    if (texts.empty()) texts.push_back(suffix(port));
    return texts;
  }

  const engine::Plan& plan_;
  const targets::PortSet& ports_;
  std::vector<std::vector<std::string>> texts_;
  std::vector<std::string> of_pair_;
  bool are_shown_ = false;
};

void append(std::string& out, const targets::Target& target, Suffixes& suffixes) {
  const std::string text = to_string(target.address);
  const bool has_brackets = suffixes.are_shown() && target.address.is_v6();
  for (const std::string& suffix : suffixes.of(target.port)) {
    fmt::format_to(std::back_inserter(out), "{}{}{}{}\n", has_brackets ? "[" : "", text,
                   has_brackets ? "]" : "", suffix);
  }
}

}  // namespace

Result<void> list_targets(const engine::Plan& plan, const Write& write) {
  Suffixes suffixes(plan);
  const engine::WorkerShare worker_share = plan.share_of(0);  // one worker's: the whole shard
  std::string piece;
  piece.reserve(kPiece);
  for (std::uint64_t turn = plan.begin_turns.front(); turn < worker_share.before(plan.end_turn);
       ++turn) {
    append(piece, plan.target(worker_share.position(turn)), suffixes);
    if (piece.size() + kLongestLines <= kPiece) continue;
    TRY(write(piece));
    piece.clear();
  }
  return write(piece);
}

}  // namespace masscan::cli
