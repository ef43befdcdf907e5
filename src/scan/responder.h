// Judges every frame that arrives: a neighbour's word, an answer to a probe, or nothing of ours;
// and keeps what is to be said in return until it may leave.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/spsc_ring.h"
#include "base/time.h"
#include "nic/queue_pair.h"
#include "report/record.h"
#include "report/tally.h"
#include "scan/answer_limit.h"
#include "scan/answers.h"
#include "scan/insistence.h"
#include "scan/link.h"
#include "scan/patience.h"
#include "scan/plan.h"
#include "scan/send_log.h"
#include "scan/silence.h"

namespace masscan::scan {

class Responder {
 public:
  // Resets waiting to leave; what does not fit is not sent: the target's own timer ends it.
  static constexpr std::size_t kResets = 8192;
  // Answers to neighbours' questions, likewise: the asker will ask again.
  static constexpr std::size_t kReplies = 64;

  // Everything is borrowed from the worker.
  Responder(const Plan& plan, AnswerLimit limit, Answers& answers, Patience& patience,
            SpscRing<report::Record>& records, report::Tally& tally);

  // `log` says when the worker's turns were asked. There must be room for a record.
  void on_frame(Link& link, const nic::RxFrame& frame, const SendLog& log, Instant now);
  // Sends at most `allowed` frames that answer what was received; returns how many.
  std::size_t emit(std::size_t allowed);
  bool is_idle() const { return resets_.empty() && replies_.empty(); }
  // Answers have stopped.
  bool is_silent(Instant now) const { return silence_.is_unusual(now); }
  // Who was refused answers.
  const Insistence& insistence() const { return insistence_; }

 private:
  struct Reset {
    Link* link = nullptr;
    probe::Flow flow;
    std::uint32_t sequence = 0;
    net::MacAddress mac;
  };

  // To a neighbour.
  struct Reply {
    Link* link = nullptr;
    std::array<std::byte, stack::Neighbors::kFrameBytes> frame;
    std::size_t length = 0;
  };

  void hear_neighbor(Link& link, Bytes frame, Instant now);
  void on_reply(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                std::uint64_t turn, WallTime captured_at, Instant now);
  void reset(Link& link, const wire::Packet& packet, const probe::Reply& reply, Instant now);
  void refuse(const net::IpAddress& who);
  void report(const report::Record& record);

  const Plan& plan_;
  AnswerLimit limit_;
  Insistence insistence_;
  Silence silence_;
  Answers& answers_;
  Patience& patience_;
  SpscRing<report::Record>& records_;
  report::Tally& tally_;
  std::vector<Reset> resets_;
  std::vector<Reply> replies_;
};

}  // namespace masscan::scan
