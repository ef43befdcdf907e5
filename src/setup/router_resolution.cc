#include "setup/router_resolution.h"

#include <poll.h>

#include "base/time.h"

namespace masscan::setup {

namespace {

constexpr Duration kRouterTimeout = 2500ms;
constexpr int kRouterTickMs = 5;

}  // namespace

Result<void> resolve_routers(const engine::Plan& plan, engine::Worker& worker,
                             const std::stop_token& stop) {
  const Instant deadline = now() + kRouterTimeout;
  for (const engine::NextHop& router : plan.routers) {
    engine::Link& link = worker.links()[router.link];
    for (;;) {
      const Instant moment = now();
      link.queue().advance(moment);
      const auto lookup = link.find_mac(router.address, moment);
      if (lookup.state == stack::Lookup::State::kKnown) break;
      if (lookup.state == stack::Lookup::State::kFailed || moment > deadline) {
        return run_error(
            "router {} on {} does not answer {}: is it there? Name another with "
            "--router-ip, or its MAC address with --router-mac",
            to_string(router.address), plan.links[router.link].interface,
            router.address.is_v4() ? "ARP" : "Neighbor Discovery");
      }
      if (stop.stop_requested()) return run_error("interrupted while routers were asked for");
      link.send_requests(moment, engine::TxBatch::kFrames);
      link.flush();
      pollfd descriptor{.fd = link.queue().poll_fd(), .events = POLLIN, .revents = 0};
      static_cast<void>(::poll(&descriptor, 1, kRouterTickMs));
      for (const nic::RxFrame& frame : link.queue().receive()) {
        link.on_neighbor_frame(frame.bytes, {}, moment);
      }
      link.queue().release();
    }
  }
  return {};
}

}  // namespace masscan::setup
