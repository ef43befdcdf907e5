#include "scan/doctor.h"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "host/firewall.h"
#include "host/ports.h"
#include "host/route_map.h"
#include "scan/machine.h"
#include "scan/plan.h"
#include "scan/queues.h"
#include "scan/worker.h"

namespace masscan::scan {

namespace {

// A page of findings, one line each: what was looked at, and what was found.
class Findings {
 public:
  template <typename... Args>
  void add(std::string_view what, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), "{:<14} {}\n", what,
                   fmt::format(format, std::forward<Args>(args)...));
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string describe_sources(const LinkPlan& link) {
  std::string text;
  for (const net::AddressRange& range : link.sources) {
    text += (text.empty() ? "" : ", ") + targets::describe(range);
  }
  return text;
}

void examine_links(const Plan& plan, Findings& findings) {
  for (const LinkPlan& link : plan.links) {
    findings.add("interface", "{} ({}, MAC {}, MTU {})", link.interface,
                 link.layer == net::LinkLayer::kRawIp ? "raw IP" : "Ethernet", to_string(link.mac),
                 link.mtu);
    findings.add("source", "{} on {}", describe_sources(link), link.interface);
  }
}

// Where our reading of the routing tables and the kernel's own decision differ, rules of policy
// routing are at work.
void compare_with_kernel(const Plan& plan, Findings& findings) {
  const targets::Target target = plan.space.at(0);
  const std::optional<Way> ours = plan.ways.find(target.address);
  const auto kernel = host::ask_kernel(target.address);
  if (!ours || !kernel || !kernel->hop) return;
  const net::IpAddress kernel_hop = kernel->hop->gateway.value_or(target.address);
  const bool agrees = kernel_hop == ours->next_hop;
  findings.add("first target", "{} by way of {}: {}", to_string(target.address),
               to_string(ours->next_hop),
               agrees ? "the kernel agrees" : "the kernel would use " + to_string(kernel_hop));
}

void examine_routers(const Plan& plan, Worker& worker, Findings& findings) {
  if (plan.routers.empty()) findings.add("routers", "none needed");
  const Result<void> resolved = resolve_routers(plan, worker);
  for (const Way& router : plan.routers) {
    const auto lookup = worker.links()[router.link].find_mac(router.next_hop, now());
    const bool is_known = lookup.state == stack::Lookup::State::kKnown;
    findings.add("router", "{} on {}: {}", to_string(router.next_hop),
                 plan.links[router.link].interface,
                 is_known ? "answers from " + to_string(lookup.mac) : "NO ANSWER");
  }
  if (!resolved) findings.add("PROBLEM", "{}", resolved.error().message);
}

void examine_firewall(const Config& config, const Plan& plan, Findings& findings) {
  if (!config.way.firewall) return findings.add("firewall", "left alone, as asked");
  const Result<host::Firewall> firewall = host::Firewall::open({}, plan.source_ports);
  if (firewall) {
    findings.add("firewall", "works: {}", firewall->rule());
  } else {
    findings.add("PROBLEM", "{}", firewall.error().message);
  }
}

}  // namespace

Result<std::string> doctor(const Config& config) {
  Plan plan = TRY(make_plan(config));
  TRY(find_ways(config, plan));
  Findings findings;
  examine_links(plan, findings);
  findings.add("source ports", "{}", to_string(plan.source_ports));
  findings.add("workers", "{}", plan.workers);
  findings.add("probes", "{} in this shard, {} in all", plan.probes(), plan.space.size());
  for (const std::string& note : plan.notes) findings.add("note", "{}", note);
  compare_with_kernel(plan, findings);

  for (const LinkPlan& link : plan.links) {
    for (const std::string& line : examine_transports(config, link)) {
      findings.add("XDP", "{}", line);
    }
  }
  auto queues = Queues::open(config, plan);
  if (!queues) {
    findings.add("PROBLEM", "{}", queues.error().message);
    return std::move(findings).take();
  }
  for (const std::string& line : plan.transports) findings.add("transport", "{}", line);
  auto opened = queues->of_worker(plan, 0);
  if (!opened) {
    findings.add("PROBLEM", "{}", opened.error().message);
    return std::move(findings).take();
  }
  const auto worker = TRY(Worker::open(plan, 0, std::move(opened).value()));
  examine_routers(plan, *worker, findings);
  examine_firewall(config, plan, findings);
  return std::move(findings).take();
}

}  // namespace masscan::scan
