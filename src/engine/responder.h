// Judges every frame that arrives: a neighbour's word, an answer to a probe, or nothing of ours;
// and keeps what is to be said in return until it may leave.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/spsc_ring.h"
#include "base/time.h"
#include "engine/answers.h"
#include "engine/link.h"
#include "engine/pace/answer_limit.h"
#include "engine/pace/refused_answers.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/send_log.h"
#include "engine/pace/silence.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "nic/queue_pair.h"
#include "record/record.h"

namespace masscan::engine {

class Responder {
 public:
  // Endings waiting to leave; what does not fit is not sent: the target's own timer ends it.
  static constexpr std::size_t kEndings = 8192;
  // Answers to neighbours' questions, likewise: the asker will ask again.
  static constexpr std::size_t kReplies = 64;

  // Everything is borrowed from the worker.
  Responder(const Plan& plan, AnswerLimit limit, Answers& answers, ReplyTimeout& reply_timeout,
            SpscRing<record::Record>& records, engine::Tally& tally);

  // `log` says when the worker's turns were asked. There must be room for a record.
  void on_frame(Link& link, const nic::RxFrame& frame, const SendLog& log, Instant now);
  // Sends at most `allowed` frames that answer what was received; returns how many.
  std::size_t emit(std::size_t allowed);
  bool is_idle() const { return endings_.empty() && replies_.empty(); }
  // Answers have stopped.
  bool is_silent(Instant now) const { return silence_.is_unusual(now); }
  // Who was refused answers.
  const RefusedAnswers& refused_answers() const { return refused_answers_; }

 private:
  // Of what a target's answer began.
  struct Ending {
    Link* link = nullptr;
    probe::Flow flow;
    std::uint32_t word = 0;
    net::MacAddress mac;
  };

  // To a neighbour.
  struct Reply {
    Link* link = nullptr;
    std::array<std::byte, stack::Neighbors::kFrameBytes> frame;
    std::size_t length = 0;
  };

  void on_neighbor_frame(Link& link, Bytes frame, Instant now);
  void on_reply(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                std::uint64_t turn, WallTime captured_at, Instant now);
  void end(Link& link, const wire::Packet& packet, const probe::Reply& reply, Instant now);
  void refuse(const net::IpAddress& who);
  void report(const record::Record& record);

  const Plan& plan_;
  AnswerLimit limit_;
  RefusedAnswers refused_answers_;
  Silence silence_;
  Answers& answers_;
  ReplyTimeout& reply_timeout_;
  SpscRing<record::Record>& records_;
  engine::Tally& tally_;
  std::vector<Ending> endings_;
  std::vector<Reply> replies_;
};

}  // namespace masscan::engine
