// Holds the workers while one of their links is unusable, releases them when it is usable again,
// and returns messages for the user.
// Thread: the main thread.
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
  // Watches the links of `plan`.
  // REQUIRES: they are real interfaces.
  static Result<LinkGuard> open(const engine::Plan& plan);

  // Polls readable when a link has changed and `update` should be called.
  int poll_fd() const { return watch_.poll_fd(); }
  // Handles link events up to `now` and returns messages for the user, one sentence each.
  // `silent_router`: a router that workers wait for by themselves.
  std::vector<std::string> update(engine::SharedControls& controls,
                                  const std::optional<net::IpAddress>& silent_router, Instant now);
  // The reason why nothing is sent, "scan0 is down"; empty if there is none.
  const std::string& trouble() const { return trouble_; }
  // Errors: a link was deleted, which ends the scan.
  Result<void> verdict() const;

 private:
  explicit LinkGuard(host::LinkWatch watch) : watch_(std::move(watch)) {}
  std::string link_trouble() const;

  host::LinkWatch watch_;
  std::string trouble_;
  Instant since_{};  // when the trouble began
  std::uint64_t outages_ = 0;
};

}  // namespace masscan::scan
