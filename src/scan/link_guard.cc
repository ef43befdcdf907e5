#include "scan/link_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "host/interfaces.h"

namespace masscan::scan {

namespace {

host::WatchedLink watched(const engine::LinkPlan& link, const host::Interface& interface) {
  host::WatchedLink watched{.index = interface.index, .name = printable(link.interface)};
  if (interface.mac == link.mac) watched.mac = link.mac;
  for (const net::AddressRange& range : link.sources) {
    if (range.first == range.last && std::ranges::find(link.spoofed, range) == link.spoofed.end()) {
      watched.addresses.push_back(range.first);
    }
  }
  return watched;
}

}  // namespace

Result<LinkGuard> LinkGuard::open(const engine::Plan& plan) {
  const std::vector<host::Interface> interfaces = TRY(host::interfaces());
  std::vector<host::WatchedLink> links;
  for (const engine::LinkPlan& link : plan.links) {
    links.push_back(watched(link, TRY(host::find_interface(interfaces, link.interface))));
  }
  return LinkGuard(TRY(host::LinkWatch::open(std::move(links))));
}

std::string LinkGuard::link_trouble() const {
  const host::LinkStates& states = watch_.states();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const host::LinkTrouble trouble = states.trouble(i);
    if (trouble == host::LinkTrouble::kNone) continue;
    return fmt::format("{} {}", states.link(i).name, describe(trouble));
  }
  return "";
}

std::vector<std::string> LinkGuard::update(engine::SharedControls& controls,
                                           const std::optional<net::IpAddress>& silent_router,
                                           Instant now) {
  std::vector<std::string> warning;
  if (const Result<void> heard = watch_.update(); !heard) warning.push_back(heard.error().message);
  std::string trouble = link_trouble();
  controls.set_outages(watch_.states().outages());
  controls.set_held(!trouble.empty());
  if (!verdict()) controls.request_stop(engine::StopMode::kGraceful);
  if (trouble.empty() && silent_router) {
    trouble = fmt::format("router {} does not answer", to_string(*silent_router));
  }
  const bool is_over = trouble.empty() && !trouble_.empty();
  const bool was_short = trouble.empty() && trouble_.empty();
  if (!trouble.empty() && trouble != trouble_) {
    if (trouble_.empty()) since_ = now;
    if (verdict()) warning.push_back(trouble + ": the scan waits until that is over");
  } else if (is_over) {
    warning.push_back(
        fmt::format("{}: over after {:.1f} s; probes that may have been lost are sent again",
                    trouble_, to_seconds(now - since_)));
  } else if (was_short && watch_.states().outages() != outages_) {
    warning.emplace_back(
        "a link was down for a moment; probes that may have been lost are sent again");
  }
  outages_ = watch_.states().outages();
  trouble_ = std::move(trouble);
  return warning;
}

Result<void> LinkGuard::verdict() const {
  const host::LinkStates& states = watch_.states();
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states.trouble(i) != host::LinkTrouble::kGone) continue;
    return run_error(
        "{} is gone, and the rest of its targets cannot be asked: continue the scan with --resume "
        "when there is such an interface again",
        states.link(i).name);
  }
  return {};
}

}  // namespace masscan::scan
