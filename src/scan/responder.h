// Judges every frame that arrives: a neighbour's word, an answer to a probe, or nothing of ours.
#pragma once

#include <cstddef>
#include <vector>

#include "base/spsc_ring.h"
#include "base/time.h"
#include "nic/queue_pair.h"
#include "report/record.h"
#include "report/tally.h"
#include "scan/answers.h"
#include "scan/link.h"
#include "scan/patience.h"
#include "scan/plan.h"
#include "scan/send_log.h"

namespace masscan::scan {

class Responder {
 public:
  // Resets waiting to leave; what does not fit is not sent: the target's own timer ends it.
  static constexpr std::size_t kResets = 1024;

  // Everything is borrowed from the worker.
  Responder(const Plan& plan, Answers& answers, Patience& patience,
            SpscRing<report::Record>& records, report::Tally& tally);

  // `log` says when the worker's turns were asked.
  void on_frame(Link& link, const nic::RxFrame& frame, const SendLog& log, Instant now);
  // Sends at most `allowed` frames that answer what was received; returns how many.
  std::size_t emit(std::size_t allowed);
  bool is_idle() const { return resets_.empty(); }

 private:
  struct Reset {
    Link* link = nullptr;
    probe::Flow flow;
    std::uint32_t sequence = 0;
    net::MacAddress mac;
  };

  void on_reply(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                std::uint64_t turn, WallTime captured_at);
  void report(const report::Record& record);

  const Plan& plan_;
  Answers& answers_;
  Patience& patience_;
  SpscRing<report::Record>& records_;
  report::Tally& tally_;
  std::vector<Reset> resets_;
};

}  // namespace masscan::scan
