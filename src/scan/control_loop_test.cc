#include "scan/control_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <utility>

#include "engine/plan.h"
#include "setup/make_plan.h"

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

setup::Config make_config() {
  setup::Config config;
  config.targets.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0000ff)});
  config.ports.add(net::Transport::kTcp, {80, 80});
  config.network.interface = "sim";
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
    inputs_.emplace(ControlInputs::open(config_, [outcome] { return outcome.get(); }).value());
    control_loop_.emplace(*inputs_, controls_, monitor_);
  }

  std::string status() { return control_loop_->answer("status"); }
  bool holds(net::Ipv4Address address) { return excludes_.latest()->contains(address); }
  // As the main loop does, until it has said something.
  std::vector<std::string> attend() {
    const Instant deadline = now() + 10s;
    for (;;) {
      control_loop_->serve(50ms);
      std::vector<std::string> said = monitor_.earlier_passes().notes;
      if (!said.empty() || now() > deadline) return said;
    }
  }

  std::promise<Outcome> outcome_;
  const setup::Config config_ = make_config();
  const engine::Plan plan_ = setup::make_plan(config_).value();
  const std::vector<std::unique_ptr<engine::Worker>> workers_;
  Monitor monitor_{plan_, config_.output, workers_,
                   EarlierPasses{.began = now(), .tally = {}, .notes = {}}};
  engine::SharedControls controls_{100, only(kOld)};
  engine::LateExcludes::Reader excludes_{controls_.excludes()};
  std::optional<ControlInputs> inputs_;
  std::optional<ControlLoop> control_loop_;
};

TEST_F(Reloads, AnswerWithWhatTheyFound) {
  outcome_.set_value(only(kNew));
  EXPECT_EQ(control_loop_->answer("reload"), "{\"ok\":true,\"excluded_ranges\":1}\n");
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, ThatBlockHoldUpNobody) {
  const Instant began = now();
  EXPECT_THAT(control_loop_->answer("reload"),
              AllOf(HasSubstr("\"ok\":false"), HasSubstr("a reload is under way")));
  EXPECT_GE(now() - began, ControlLoop::kReloadPatience);
  EXPECT_LT(now() - began, ControlLoop::kReloadPatience + 5s);
  control_loop_->serve(1ms);
  EXPECT_THAT(status(), HasSubstr("\"reloading\":true"));
  EXPECT_TRUE(holds(kOld));
  EXPECT_FALSE(holds(kNew));
  outcome_.set_value(only(kNew));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":true,\"excluded_ranges\":1}"));
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, AreRefusedWhileOneIsUnderWay) {
  const std::string first = control_loop_->answer("reload");
  const Instant began = now();
  EXPECT_EQ(control_loop_->answer("reload"), first);
  EXPECT_LT(now() - began, ControlLoop::kReloadPatience);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_THAT(control_loop_->answer("reload"), HasSubstr("\"ok\":true")) << "it is over";
}

TEST_F(Reloads, ThatFailLateKeepTheExcludesAndSaySo) {
  control_loop_->answer("reload");
  outcome_.set_value(run_error("excludes: cannot read"));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":false,\"error\":\"excludes: cannot read; the "
                                    "excludes stay as they were\"}"));
  EXPECT_TRUE(holds(kOld));
}

TEST_F(Reloads, AreNotWaitedForAtTheEnd) {
  control_loop_->answer("reload");
  const Instant began = now();
  control_loop_.reset();
  inputs_.reset();
  EXPECT_LT(now() - began, 5s);
  outcome_.set_value(only(kNew));
}

TEST_F(Reloads, GoOnIntoTheNextWalk) {
  control_loop_->answer("reload");
  control_loop_.emplace(*inputs_, controls_, monitor_);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_TRUE(holds(kNew));
}

}  // namespace
}  // namespace masscan::scan
