#include "scan/control_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <utility>

#include "scan/plan.h"

namespace masscan::scan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const net::Ipv4Address kOld(0x0a000001);
const net::Ipv4Address kNew(0x0a000002);

targets::AddressSet only(net::Ipv4Address address) {
  targets::AddressSet set;
  set.add(net::AddressRange{address, address});
  return set;
}

Config make_config() {
  Config config;
  config.targets.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0000ff)});
  config.ports.add(net::Transport::kTcp, {80, 80});
  config.way.interface = "sim";
  config.seed = 1;
  config.output.status_ndjson = true;  // what is said waits for the next object
  return config;
}

// A main loop, and files of excludes that are not read before somebody lets them.
class Reloads : public testing::Test {
 protected:
  using Outcome = Result<targets::AddressSet>;

  Reloads() {
    const auto outcome = outcome_.get_future().share();
    ears_.emplace(Ears::open(config_, [outcome] { return outcome.get(); }).value());
    desk_.emplace(*ears_, controls_, monitor_);
  }

  std::string status() { return desk_->answer("status"); }
  bool holds(net::Ipv4Address address) { return excludes_.latest()->contains(address); }
  // As the main loop does, until it has said something.
  std::vector<std::string> attend() {
    const Instant deadline = now() + 10s;
    for (;;) {
      desk_->serve(50ms);
      std::vector<std::string> said = monitor_.past().notes;
      if (!said.empty() || now() > deadline) return said;
    }
  }

  std::promise<Outcome> outcome_;
  const Config config_ = make_config();
  const Plan plan_ = make_plan(config_).value();
  const std::vector<std::unique_ptr<Worker>> workers_;
  Monitor monitor_{plan_, config_.output, workers_, Past{.began = now(), .tally = {}, .notes = {}}};
  Controls controls_{100, only(kOld)};
  LateExcludes::Reader excludes_{controls_.excludes()};
  std::optional<Ears> ears_;
  std::optional<ControlDesk> desk_;
};

TEST_F(Reloads, AnswerWithWhatTheyFound) {
  outcome_.set_value(only(kNew));
  EXPECT_EQ(desk_->answer("reload"), "{\"ok\":true,\"excluded_ranges\":1}\n");
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, ThatBlockHoldUpNobody) {
  const Instant began = now();
  EXPECT_THAT(desk_->answer("reload"),
              AllOf(HasSubstr("\"ok\":false"), HasSubstr("a reload is under way")));
  EXPECT_GE(now() - began, ControlDesk::kReloadPatience);
  EXPECT_LT(now() - began, ControlDesk::kReloadPatience + 5s);
  desk_->serve(1ms);
  EXPECT_THAT(status(), HasSubstr("\"reloading\":true"));
  EXPECT_TRUE(holds(kOld));
  EXPECT_FALSE(holds(kNew));
  outcome_.set_value(only(kNew));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":true,\"excluded_ranges\":1}"));
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, AreRefusedWhileOneIsUnderWay) {
  const std::string first = desk_->answer("reload");
  const Instant began = now();
  EXPECT_EQ(desk_->answer("reload"), first);
  EXPECT_LT(now() - began, ControlDesk::kReloadPatience);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_THAT(desk_->answer("reload"), HasSubstr("\"ok\":true")) << "it is over";
}

TEST_F(Reloads, ThatFailLateKeepTheExcludesAndSaySo) {
  desk_->answer("reload");
  outcome_.set_value(run_error("excludes: cannot read"));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":false,\"error\":\"excludes: cannot read; the "
                                    "excludes stay as they were\"}"));
  EXPECT_TRUE(holds(kOld));
}

TEST_F(Reloads, AreNotWaitedForAtTheEnd) {
  desk_->answer("reload");
  const Instant began = now();
  desk_.reset();
  ears_.reset();
  EXPECT_LT(now() - began, 5s);
  outcome_.set_value(only(kNew));
}

TEST_F(Reloads, GoOnIntoTheNextWalk) {
  desk_->answer("reload");
  desk_.emplace(*ears_, controls_, monitor_);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_TRUE(holds(kNew));
}

}  // namespace
}  // namespace masscan::scan
