// Holds the workers while a link of theirs cannot be used, lets them go on when it can, and has a
// sentence for the user each time. In the main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "host/link_watch.h"
#include "net/ip_address.h"
#include "setup/config.h"

namespace masscan::scan {

class LinkGuard {
 public:
  // Of the plan's links, which are real.
  static Result<LinkGuard> open(const engine::Plan& plan);

  // Polls readable when `update` has news of a link.
  int poll_fd() const { return watch_.poll_fd(); }
  // Carries out what has happened by `now`. `silent_router`: one that workers wait for by
  // themselves. What the user should know, a sentence each.
  std::vector<std::string> update(engine::SharedControls& controls,
                                  const std::optional<net::IpAddress>& silent_router, Instant now);
  // Why nothing leaves at present, "scan0 is down"; empty: nothing is wrong.
  const std::string& trouble() const { return trouble_; }
  // A link is gone, and the scan with it: an Error if so.
  Result<void> verdict() const;

 private:
  explicit LinkGuard(host::LinkWatch watch) : watch_(std::move(watch)) {}
  std::string link_trouble() const;

  host::LinkWatch watch_;
  std::string trouble_;
  Instant since_{};  // of the trouble
  std::uint64_t outages_ = 0;
};

}  // namespace masscan::scan
