#include "scan/doctor.h"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "engine/plan.h"
#include "engine/worker.h"
#include "host/firewall.h"
#include "host/interfaces.h"
#include "host/ports.h"
#include "host/routes.h"
#include "setup/make_plan.h"
#include "setup/queues.h"
#include "setup/route_plan.h"
#include "setup/router_resolution.h"

namespace masscan::scan {

namespace {

// The findings, one line each: what was checked, and the result.
class Findings {
 public:
  template <typename... Args>
  void add(std::string_view what, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), "{:<14} {}\n", what,
                   fmt::format(format, std::forward<Args>(args)...));
  }
  void add_problem(std::string_view message) {
    add("PROBLEM", "{}", message);
    is_well_ = false;
  }
  Diagnosis take() && { return {std::move(text_), is_well_}; }

 private:
  std::string text_;
  bool is_well_ = true;
};

std::string describe_sources(const engine::LinkPlan& link) {
  std::string text;
  for (const net::AddressRange& range : link.sources) {
    text += (text.empty() ? "" : ", ") + targets::describe(range);
  }
  return text;
}

void examine_links(const engine::Plan& plan, Findings& findings) {
  for (const engine::LinkPlan& link : plan.links) {
    findings.add("interface", "{} ({}, MAC {}, MTU {})", link.interface,
                 link.layer == net::LinkLayer::kRawIp ? "raw IP" : "Ethernet", to_string(link.mac),
                 link.mtu);
    findings.add("source", "{} on {}", describe_sources(link), link.interface);
    if (!link.has_carrier) {
      findings.add_problem(link.interface +
                           " has no carrier: is the cable in, is the other end up?");
    }
  }
}

std::string describe(const host::RouteDecision& route, const std::string& interface) {
  if (!route.hop) return fmt::format("refuses ({})", name(route.refusal));
  return fmt::format("goes {}by {}{}",
                     route.hop->gateway ? "to " + to_string(*route.hop->gateway) + ' ' : "",
                     interface, route.source ? " from " + to_string(*route.source) : "");
}

bool has_overrides(const setup::NetworkConfig& network) {
  return !network.interface.empty() || !network.source_addresses.empty() || network.router_address;
}

// Compares the route of the first target with the kernel's. Only overrides may make them differ.
Result<void> compare_with_kernel(const setup::Config& config, const engine::Plan& plan,
                                 Findings& findings) {
  const targets::Target target = plan.space.at(0);
  host::KernelRoutes kernel = TRY(host::KernelRoutes::open());
  const probe::Kind& kind = *plan.kinds.front();
  host::Flow flow{.target = target.address,
                  .protocol = kind.probe_pattern(target.address.family()).protocol};
  if (kind.has_ports()) {
    flow.source_port = plan.source_ports.first;
    flow.port = target.port.number;
  }
  const host::RouteDecision theirs = TRY(kernel.ask(flow));
  std::string name_of_theirs;
  for (const host::Interface& interface : TRY(host::interfaces())) {
    if (theirs.hop && interface.index == theirs.hop->interface) name_of_theirs = interface.name;
  }
  const std::optional<engine::NextHop> ours = plan.next_hops.find(target.address);
  if (ours) {
    findings.add("first target", "{} via {} on {}", to_string(target.address),
                 to_string(ours->address), plan.links[ours->link].interface);
  } else {
    findings.add("first target", "{} is not asked: there is no route to it",
                 to_string(target.address));
  }
  const bool agrees = ours && theirs.hop
                          ? plan.links[ours->link].interface == name_of_theirs &&
                                ours->address == theirs.hop->gateway.value_or(target.address)
                          : !ours && !theirs.hop;
  if (agrees) {
    findings.add("kernel", "agrees: it {}", describe(theirs, name_of_theirs));
  } else if (has_overrides(config.network)) {
    findings.add("kernel", "on its own it {}", describe(theirs, name_of_theirs));
  } else {
    findings.add_problem("the kernel " + describe(theirs, name_of_theirs));
  }
  return {};
}

void examine_routers(const engine::Plan& plan, engine::Worker& worker, Findings& findings) {
  if (plan.routers.empty()) findings.add("routers", "none needed");
  const Result<void> resolved = setup::resolve_routers(plan, worker);
  for (const engine::NextHop& router : plan.routers) {
    const auto lookup = worker.links()[router.link].find_mac(router.address, now());
    const bool is_known = lookup.state == stack::Lookup::State::kKnown;
    findings.add("router", "{} on {}: {}", to_string(router.address),
                 plan.links[router.link].interface,
                 is_known ? "answers from " + to_string(lookup.mac) : "NO ANSWER");
  }
  if (!resolved) findings.add_problem(resolved.error().message);
}

void examine_firewall(const setup::Config& config, const engine::Plan& plan, Findings& findings) {
  if (plan.answered_by_kernel().empty()) {
    return findings.add("firewall", "not needed: the kernel answers nothing to what comes");
  }
  if (!config.network.firewall) return findings.add("firewall", "left alone, as asked");
  const Result<host::Firewall> firewall =
      host::Firewall::open({}, plan.source_ports, plan.answered_by_kernel());
  if (firewall) {
    findings.add("firewall", "works: {}", firewall->rule());
  } else {
    findings.add_problem(firewall.error().message);
  }
}

Result<void> examine_queues(const setup::Config& config, const engine::Plan& plan,
                            setup::Queues& queues, Findings& findings) {
  auto opened = queues.of_worker(plan, 0);
  if (!opened) {
    findings.add_problem(opened.error().message);
    return {};
  }
  const auto worker = TRY(engine::Worker::open(plan, 0, std::move(opened).value()));
  examine_routers(plan, *worker, findings);
  examine_firewall(config, plan, findings);
  return {};
}

}  // namespace

Result<Diagnosis> doctor(const setup::Config& config) {
  engine::Plan probes = TRY(setup::make_plan(config));
  const setup::RoutePlan routes = TRY(setup::plan_routes(config, probes));
  const engine::Plan plan = setup::add_routes(std::move(probes), routes);
  Findings findings;
  examine_links(plan, findings);
  findings.add("source ports", "{}", to_string(plan.source_ports));
  findings.add("workers", "{}", plan.workers);
  findings.add("probes", "{} in this shard, {} in all", plan.probes(), plan.space.size());
  for (const std::string& note : routes.notes) findings.add("note", "{}", note);
  TRY(compare_with_kernel(config, plan, findings));

  for (const engine::LinkPlan& link : plan.links) {
    for (const std::string& line : setup::examine_transports(config, link)) {
      findings.add("XDP", "{}", line);
    }
  }
  auto queues = setup::Queues::open(config, plan);
  if (!queues) {
    findings.add_problem(queues.error().message);
    return std::move(findings).take();
  }
  for (const std::string& line : queues->description()) findings.add("transport", "{}", line);
  TRY(examine_queues(config, setup::add_backends(plan, *queues), *queues, findings));
  return std::move(findings).take();
}

}  // namespace masscan::scan
