// Compares what is heard of the services of a simulated internet with what they say, over cables
// that lose, repeat and reorder.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/stream_table.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

using sim::Service;

struct Heard {
  std::map<Key, std::vector<std::string>> words;  // titles and identifications, as they came
  std::map<Key, unsigned> open;
  std::uint64_t unknown = 0;  // streams that no protocol recognises
  engine::Tally tally;
  Duration length{};
  std::uint64_t polls = 0;
  std::size_t left_open = 0;  // connections that a service still has long after the end
};

class Talk {
 public:
  explicit Talk(const Scenario& scenario, sim::InternetConfig internet)
      : plan_(make_simulated_plan(scenario)), internet_(sim::Internet::open(internet).value()) {
    std::vector<std::unique_ptr<nic::QueuePair>> queues;
    queues.push_back(
        nic::MemoryQueue::open({.faults = scenario.faults, .seed = scenario.seed}, internet_)
            .value());
    worker_ = engine::Worker::open(plan_, 0, std::move(queues)).value();
  }

  // The writer takes nothing at first.
  Heard run(Duration writer_rests = {}) {
    const Instant start = now_;
    nic::QueuePair& queue = worker_->links().front().queue();
    while (!worker_->is_done(now_) && now_ - start < 1h) {
      queue.advance(now_);
      worker_->poll(now_);
      ++heard_.polls;
      if (now_ - start >= writer_rests) drain();
      const Instant next =
          std::min(worker_->next_event(now_), queue.next_due().value_or(Instant::max()));
      now_ = std::max(now_ + 1us, std::min(next, now_ + 10ms));
    }
    worker_->publish(now_);
    heard_.tally = worker_->status().tally;
    heard_.length = now_ - start;
    for (int i = 0; i < 2000; ++i) queue.advance(now_ += 100ms);  // services give up, too
    heard_.left_open = internet_.services().open();
    return heard_;
  }
  // The user wants no more after this time, and waits for nothing.
  Heard interrupt(Duration after) {
    for (const Instant end = now_ + after; now_ < end; now_ += 100us) {
      worker_->links().front().queue().advance(now_);
      worker_->poll(now_);
    }
    drain();
    const std::size_t written = heard_.open.size();
    worker_->release_kept();
    drain();
    EXPECT_LT(written, heard_.open.size());
    worker_->publish(now_);
    heard_.tally = worker_->status().tally;
    return heard_;
  }
  void apply(const engine::Directives& directives) { worker_->apply(directives, now_); }
  const sim::Internet& internet() const { return internet_; }

 private:
  void drain() {
    while (const auto record = worker_->records().pop()) {
      const bool is_result = record->data_check != record::DataCheck::kBegun;
      if (is_result && record->state == record::PortState::kOpen)
        ++heard_.open[{record->address, record->port}];
    }
    for (Bytes front; !(front = worker_->messages().front()).empty(); worker_->messages().pop()) {
      engine::Message message;
      std::memcpy(&message, front.data(), sizeof(message));
      read(message, front.subspan(sizeof(message)));
    }
  }
  void read(const engine::Message& message, Bytes stream) {
    banner::StreamOutput out;
    const auto reading =
        protocols::read_stream({.received = stream,
                                .has_ended = true,
                                .peer = {.address = message.address, .port = message.port.number},
                                .settings = plan_.conversations.settings},
                               message.asked, out);
    if (reading.protocol == nullptr) ++heard_.unknown;
    for (const auto& [application, text] : out.texts()) {
      const bool is_own =
          application == record::Application::kTitle || application == record::Application::kSsh2;
      if (is_own) heard_.words[{message.address, message.port}].push_back(text);
    }
  }

  engine::Plan plan_;
  sim::Internet internet_;
  std::unique_ptr<engine::Worker> worker_;
  Instant now_{std::chrono::hours(1)};
  Heard heard_;
};

// A scan of a few hundred ports, of which many are open.
Scenario make_scenario(std::uint64_t seed, double loss) {
  Scenario scenario(seed);
  scenario.config.banners = true;
  scenario.config.shard = {};
  scenario.config.retries = 6;
  scenario.config.retry_delay = 500ms;
  scenario.config.no_reset = false;
  scenario.workers = 1;
  scenario.faults.loss = loss;
  scenario.internet.noise_ppm = 0;
  scenario.internet.answers.open_ppm = 300'000;
  scenario.internet.has_services = true;
  return scenario;
}

// What a service says; nothing is behind the SYN-ACKs of a proxy or tarpit.
std::string expected_text(const sim::Internet& internet, const Key& key) {
  const sim::Services& services = internet.services();
  const std::string words = services.words(key.first, key.second.number);
  const bool is_fake = internet.fake(key.first, key.second) != sim::Fake::kNone;
  if (words.empty() || is_fake) return "";
  const bool is_shell = services.at(key.first, key.second.number) == Service::kShell;
  return is_shell ? fmt::format("SSH-2.0-{}\r\n", words) : words;
}

struct Recall {
  std::uint64_t expected = 0;
  std::uint64_t found = 0;
};

// What came of the conversations is counted by the kind of the service. A fake resets them.
void expect_counts(const Heard& heard, const sim::Internet& internet, const Scenario& scenario) {
  std::map<Service, std::uint64_t> services;
  std::uint64_t fakes = 0;
  for (const auto& [key, count] : heard.open) {
    const auto& [address, port] = key;
    if (port.transport != net::Transport::kTcp) continue;
    const bool is_fake = internet.fake(address, port) != sim::Fake::kNone;
    ++(is_fake ? fakes : services[internet.services().at(address, port.number)]);
  }
  EXPECT_EQ(heard.tally.silent, services[Service::kSilent]) << describe(scenario);
  EXPECT_EQ(heard.tally.ended, services[Service::kClosing] + services[Service::kResetting] + fakes)
      << describe(scenario);
  EXPECT_EQ(heard.tally.untaken, services[Service::kShut]) << describe(scenario);
}

// Whatever was heard is right, and came once.
Recall compare(const Heard& heard, const sim::Internet& internet, const Scenario& scenario) {
  Recall recall;
  for (const auto& [key, count] : heard.open) {
    if (key.second.transport != net::Transport::kTcp) continue;
    const std::string expected = expected_text(internet, key);
    const auto words = heard.words.find(key);
    if (expected.empty()) {
      EXPECT_EQ(words, heard.words.end()) << describe(scenario);
      continue;
    }
    ++recall.expected;
    if (words == heard.words.end()) continue;
    EXPECT_EQ(words->second, std::vector{expected}) << describe(scenario);
    ++recall.found;
  }
  for (const auto& [key, words] : heard.words) EXPECT_TRUE(heard.open.contains(key));
  return recall;
}

TEST(SimulatedBanners, AllAreHeardOverACableThatRepeatsAndReorders) {
  std::uint64_t expected = 0;
  for (std::uint64_t seed = 1; seed <= seeds(12); ++seed) {
    const Scenario scenario = make_scenario(seed, 0);
    Talk talk(scenario, scenario.internet);
    const Heard heard = talk.run();
    const Recall recall = compare(heard, talk.internet(), scenario);
    EXPECT_EQ(recall.found, recall.expected) << describe(scenario);
    EXPECT_EQ(heard.left_open, 0u) << describe(scenario);
    expect_counts(heard, talk.internet(), scenario);
    EXPECT_LT(heard.length, 300s) << describe(scenario);
    expected += recall.expected;
  }
  EXPECT_GT(expected, 500u);
}

// Half of the room for messages is filled by large pages; then services wait without keeping a
// processor busy.
TEST(SimulatedBanners, WaitForAWriterThatTakesNothing) {
  Scenario scenario = make_plain_scenario(20'000, 2000);
  scenario.config.banners = true;
  scenario.internet.answers.open_ppm = TRUTH_MILLION;
  scenario.internet.has_services = true;
  Talk talk(scenario, scenario.internet);
  const Heard heard = talk.run(20s);
  const Recall recall = compare(heard, talk.internet(), scenario);
  EXPECT_EQ(recall.found, recall.expected);
  EXPECT_GT(recall.expected, 1000u);
  EXPECT_LT(heard.polls, 100'000u);
}

// A connection takes several segments: within a limit of all frames, the scan takes minutes.
TEST(SimulatedBanners, AreNotDelayedByALimitOfProbes) {
  constexpr double kProbesPerSecond = 20;
  Scenario scenario = make_plain_scenario(20'000, 200);
  scenario.config.banners = true;
  scenario.internet.answers.open_ppm = TRUTH_MILLION;
  scenario.internet.has_services = true;
  Talk talk(scenario, scenario.internet);
  talk.apply({.rate_pps = 20'000, .probe_rate_pps = kProbesPerSecond});
  const Heard heard = talk.run();
  const Recall recall = compare(heard, talk.internet(), scenario);
  EXPECT_EQ(recall.found, recall.expected);
  EXPECT_GT(recall.expected, 100u);
  EXPECT_GE(heard.length, 9s);
  EXPECT_LE(heard.length, 10s + 30s);  // the longest connection
}

TEST(SimulatedBanners, AScanThatEndsAtOnceKeepsTheOpenPortsItWasTalkingTo) {
  Scenario scenario = make_plain_scenario(20'000, 200);
  scenario.config.banners = true;
  scenario.config.talk.checks_data = true;
  scenario.internet.answers.open_ppm = TRUTH_MILLION;
  scenario.internet.has_services = true;
  Talk talk(scenario, scenario.internet);
  const Heard heard = talk.interrupt(1s);
  EXPECT_EQ(heard.open.size(), 200u);
  EXPECT_EQ(heard.tally.open, 200u);
  for (const auto& [key, count] : heard.open) EXPECT_EQ(count, 1u);
}

TEST(SimulatedBanners, LossIsMadeGood) {
  Recall all;
  for (std::uint64_t seed = 1; seed <= seeds(12); ++seed) {
    const Scenario scenario = make_scenario(seed, 0.05);
    Talk talk(scenario, scenario.internet);
    const Recall recall = compare(talk.run(), talk.internet(), scenario);
    all.expected += recall.expected;
    all.found += recall.found;
  }
  EXPECT_GT(all.expected, 500u);
  EXPECT_GE(all.found * 1000, all.expected * 998) << all.found << " of " << all.expected;
}

}  // namespace
}  // namespace masscan::test
