#include "setup/make_plan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/file.h"
#include "base/random.h"
#include "base/siphash.h"
#include "payloads/payload.h"
#include "payloads/payload_set.h"
#include "probe/tcp_profile.h"
#include "protocols/hello_order.h"
#include "protocols/stream_table.h"
#include "protocols/udp_table.h"
#include "setup/banner_order.h"
#include "targets/exclusion.h"

namespace masscan::setup {

namespace {

wire::TcpOptions to_wire(const TcpOptions& options) {
  wire::TcpOptions wired{.mss = options.mss,
                         .sack_permitted = options.sack_permitted,
                         .window_scale = options.window_scale};
  if (options.timestamp) wired.timestamp = wire::TcpTimestamp{.value = *options.timestamp};
  return wired;
}

probe::ProbeSettings probe_settings(const Config& config) {
  probe::ProbeSettings settings{.ttl = config.ttl,
                                .tos = config.tos,
                                .ip_id = config.ip_id,
                                .bad_checksum = config.bad_checksum,
                                .data_length = config.data_length,
                                .tcp_flags = config.tcp_flags,
                                .tcp_window = config.tcp_window,
                                .tcp_options = to_wire(config.tcp),
                                .sctp_cookie_echo = config.sctp_cookie_echo};
  if (const auto* profile = probe::find_tcp_profile(config.tcp_profile)) profile->apply(settings);
  return settings;
}

// Returns the kinds of the ports in `space`; target lists may name ports that no kind asks.
std::vector<const probe::Kind*> kinds_of(const targets::ProbeSpace& space, const probe::Kind& tcp) {
  std::vector<const probe::Kind*> kinds;
  const auto add = [&](net::Port port) {
    const probe::Kind* const kind = probe::find_kind(port, tcp);
    const bool is_new = std::ranges::find(kinds, kind) == kinds.end();
    if (kind != nullptr && is_new) kinds.push_back(kind);
  };
  for (const auto& [transport, ports] : space.ports().ranges()) {
    for (std::uint32_t number = ports.first; number <= ports.last;) {
      const net::Port port{transport, static_cast<std::uint16_t>(number)};
      add(port);
      const probe::Kind* const kind = probe::find_kind(port, tcp);
      number = kind != nullptr ? kind->ports.ports.last + 1u : number + 1;
    }
  }
  for (std::uint64_t i = 0; i < space.pairs().size(); ++i) add(space.pairs().at(i).port);
  return kinds;
}

// Answers to a probe of TCP could be about the port or about the protocol.
Result<void> check_protocols(const targets::ProbeSpace& space) {
  const std::vector<net::TransportPorts> runs = space.ports().ranges();
  const bool has_protocols = !runs.empty() && runs.back().transport == net::Transport::kIp;
  const bool is_alone = space.pairs().empty() && runs.front().transport == net::Transport::kIp;
  if (!has_protocols || is_alone) return {};
  return usage_error("ports: IP protocols (O:) cannot be scanned beside ports; scan them apart");
}

Result<void> check_families(const targets::ProbeSpace& space, const probe::Kind& tcp) {
  if (space.addresses().v6.empty()) return {};
  for (const auto& [transport, ports] : space.ports().ranges()) {
    const probe::Kind* const kind = probe::find_kind({transport, ports.first}, tcp);
    if (kind == nullptr || !kind->ipv4_only) continue;
    const net::PortRange missing = {std::max(ports.first, kind->ipv4_only->first),
                                    std::min(ports.last, kind->ipv4_only->last)};
    if (missing.last < missing.first) continue;
    targets::PortSet named;
    named.add(transport, missing);
    return usage_error("ports: IPv6 has no {}; leave it out, or the IPv6 targets",
                       to_string(named));
  }
  return {};
}

// Later sources replace earlier ones, as in masscan.
Result<payloads::PayloadSet> read_payloads(const Config& config) {
  payloads::PayloadSet set(protocols::udp_protocols(), config.allow_amplifying);
  if (!config.pcap_payloads.empty()) {
    const std::string capture = TRY(read_file(config.pcap_payloads));
    std::vector<payloads::Payload> sent =
        TRY(payloads::parse_pcap_payloads(capture, config.pcap_payloads));
    TRY(set.replace(std::move(sent)));
  }
  if (!config.nmap_payloads.empty()) {
    const std::string text = TRY(read_file(config.nmap_payloads));
    std::vector<payloads::Payload> listed =
        TRY(payloads::parse_nmap_payloads(text, config.nmap_payloads));
    TRY(set.replace(std::move(listed)));
  }
  std::vector<payloads::Payload> own;
  for (const std::string& value : config.udp_payloads) {
    own.push_back(TRY(payloads::parse_payload_option(value)));
  }
  TRY(set.replace(std::move(own)));
  return set;
}

Result<void> add_payloads(const Config& config, engine::Plan& plan) {
  const auto has_requests = [](const probe::Kind* kind) { return kind->requests != nullptr; };
  if (std::ranges::none_of(plan.kinds, has_requests)) return {};
  plan.payloads = std::make_shared<payloads::PayloadSet>(TRY(read_payloads(config)));
  plan.probe_settings.payloads = plan.payloads.get();
  return {};
}

unsigned most_rounds(const engine::Plan& plan) {
  unsigned most = plan.retries + 1;
  for (const net::TransportPorts& run : plan.space.ports().ranges()) {
    for (std::uint32_t number = run.ports.first; number <= run.ports.last; ++number) {
      most = std::max(most, plan.rounds_of({run.transport, static_cast<std::uint16_t>(number)}));
    }
  }
  for (std::uint64_t i = 0; i < plan.space.pairs().size(); ++i) {
    most = std::max(most, plan.rounds_of(plan.space.pairs().at(i).port));
  }
  return most;
}

std::uint64_t end_turn(const Config& config) {
  if (!config.resume_count || config.foreign_index) return engine::WorkerShare::kNoTurn;
  const std::uint64_t begin = config.resume_index.value_or(0);
  return *config.resume_count > engine::WorkerShare::kNoTurn - begin ? engine::WorkerShare::kNoTurn
                                                                     : begin + *config.resume_count;
}

// The bytes that the user gives for a port go before an order, and that before a word for all.
Result<engine::ConversationPlan> conversation_plan(const Config& config) {
  const TalkConfig& talk = config.talk;
  auto order = std::make_shared<protocols::HelloOrder>();
  order->set_word(talk.hello);
  for (const std::string& value : talk.orders) TRY(add_banner_order(value, *order));
  for (const auto& [port, bytes] : talk.hellos) order->add_hello(port, bytes);
  return engine::ConversationPlan{.settings = config.streams,
                                  .hellos = std::move(order),
                                  .host_names = talk.host_names,
                                  .checks_data = talk.checks_data,
                                  .connection_timeout = talk.connection_timeout,
                                  .hello_timeout = talk.hello_timeout,
                                  .max_received = talk.limit,
                                  .most = talk.most};
}

}  // namespace

std::vector<std::uint64_t> begin_turns(const Config& config, unsigned rounds) {
  if (config.resume_point) return config.resume_point->turns;
  return std::vector<std::uint64_t>(rounds, config.resume_index.value_or(0));
}

Result<engine::Plan> make_plan(const Config& config) {
  targets::AddressSet targets = config.targets;
  targets.subtract(config.left_out);
  targets::exclude(config.excludes, targets);
  targets::PairSet pairs = config.pairs;
  targets::exclude(config.excludes, pairs);
  targets::ProbeSpace space =
      TRY(targets::ProbeSpace::make(std::move(targets), config.ports, std::move(pairs)));
  TRY(check_protocols(space));
  TRY(check_families(space, *config.tcp_kind));
  std::vector<const probe::Kind*> kinds = kinds_of(space, *config.tcp_kind);
  const InstructionSet instructions = TRY(choose_instruction_set());
  const std::uint64_t seed = config.seed ? *config.seed : random_uint64();
  const targets::Shuffle shuffle(space.size(), seed);
  engine::Plan plan{
      .space = std::move(space),
      .shuffle = shuffle,
      .shard = config.shard,
      .kinds = std::move(kinds),
      .cookie_key = config.cookie_key ? *config.cookie_key : random_key(),
      .probe_settings = probe_settings(config),
      .sends_endings = !config.no_reset,
      .takes_text = config.banners,
      .conversations = TRY(conversation_plan(config)),
      .instructions = instructions,
      .rate_pps = config.rate_pps,
      .prefix_rate_pps = config.prefix_rate_pps,
      .finds_rate = config.finds_rate,
      .retries = config.retries,
      .retry_delay = config.retry_delay,
      .wait = config.wait,
      .end_turn = end_turn(config),
  };
  plan.reports_silence = config.output.states.open_filtered &&
                         std::ranges::any_of(plan.kinds, &probe::Kind::silence_may_be_open);
  const bool has_syns = std::ranges::find(plan.kinds, &probe::kTcpSyn) != plan.kinds.end();
  plan.canaries = has_syns && config.output.marks_suspects ? config.canaries : 0;
  TRY(add_payloads(config, plan));
  plan.rounds = most_rounds(plan);
  plan.begin_turns = begin_turns(config, plan.rounds);
  return plan;
}

engine::Plan add_routes(engine::Plan plan, RoutePlan routes) {
  plan.links = std::move(routes.links);
  plan.next_hops = std::move(routes.next_hops);
  plan.routers = std::move(routes.routers);
  plan.source_ports = routes.source_ports;
  plan.workers = routes.workers;
  plan.is_answered = routes.is_answered;
  return plan;
}

engine::Plan add_backends(engine::Plan plan, const Queues& queues) {
  plan.workers = queues.workers();
  for (std::size_t i = 0; i < plan.links.size(); ++i) {
    plan.links[i].hides_replies = queues.hides_replies(i);
  }
  return plan;
}

engine::Plan make_next_pass(engine::Plan plan, const Config& config) {
  plan.shuffle = targets::Shuffle(plan.space.size(), config.seed.value_or(0));
  plan.begin_turns = begin_turns(config, plan.rounds);
  return plan;
}

}  // namespace masscan::setup
