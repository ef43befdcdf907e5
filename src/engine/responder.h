// Classifies received frames: ARP or Neighbor Discovery, a reply to one of our probes, or
// unrelated. Queues the frames that are sent in response.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/time.h"
#include "engine/answers.h"
#include "engine/canaries.h"
#include "engine/conversations.h"
#include "engine/findings.h"
#include "engine/link.h"
#include "engine/pace/refused_responses.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/response_limit.h"
#include "engine/pace/schedule.h"
#include "engine/pace/silence.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "nic/queue_pair.h"
#include "record/record.h"

namespace masscan::engine {

class Responder {
 public:
  // Limit of queued endings. Further ones are not sent; the target's own timer ends the connection.
  static constexpr std::size_t kEndings = 8192;
  // Limit of queued responses to neighbour queries. Further ones are not sent; the neighbour
  // repeats its query.
  static constexpr std::size_t kReplies = 64;

  // All references are borrowed from the worker.
  Responder(const Plan& plan, ResponseLimit limit, Answers& answers, Canaries& canaries,
            ReplyTimeout& reply_timeout, Conversations& conversations, Findings& findings,
            engine::Tally& tally);

  // Processes a received frame. `schedule` tells which probes of the worker were sent, and when.
  // REQUIRES: `findings` has room.
  void on_frame(Link& link, const nic::RxFrame& frame, const Schedule& schedule, Instant now);
  // Reports that a target of this turn has this MAC address. Returns false if there is no room.
  bool on_neighbor(std::uint64_t turn, const net::IpAddress& target, const net::MacAddress& mac);
  // Sends at most `allowed` queued responses; returns how many.
  std::size_t emit(std::size_t allowed);
  bool is_idle() const { return endings_.empty() && replies_.empty(); }
  // True if replies have stopped arriving (see Silence).
  bool is_silent(Instant now) const { return silence_.is_unusual(now); }
  // The hosts that got no response.
  const RefusedResponses& refused_responses() const { return refused_responses_; }

 private:
  // Ends the exchange that a reply began.
  struct Ending {
    Link* link = nullptr;
    probe::Flow flow;
    std::uint32_t word = 0;
    net::MacAddress mac;
    bool asks_again = false;  // the target knows an older connection, and did not see our SYN
  };

  // Responds to a neighbour's query.
  struct Reply {
    Link* link = nullptr;
    std::array<std::byte, stack::Neighbors::kFrameBytes> frame;
    std::size_t length = 0;
  };

  void on_neighbor_frame(Link& link, Bytes frame, Instant now);
  void on_reply(Link& link, const wire::Packet& packet, const probe::Verdict& verdict,
                std::uint64_t turn, const Schedule& schedule, WallTime captured_at, Instant now);
  bool converse(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                std::uint64_t turn, Duration round_trip, Instant now);
  void end(const Ending& ending, Instant now);
  void on_stray_segment(Link& link, const wire::Packet& packet, Instant now);
  void on_canary(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                 WallTime captured_at, Instant now);
  void refuse(const net::IpAddress& who);

  const Plan& plan_;
  ResponseLimit limit_;
  RefusedResponses refused_responses_;
  Silence silence_;
  Answers& answers_;
  Canaries& canaries_;
  ReplyTimeout& reply_timeout_;
  Conversations& conversations_;
  Findings& findings_;
  engine::Tally& tally_;
  std::vector<Ending> endings_;
  std::vector<Reply> replies_;
};

}  // namespace masscan::engine
