#include "cli/options/port_choice.h"

#include <gtest/gtest.h>

#include "support/test_folder.h"
#include "targets/top_ports.h"

namespace masscan::cli {
namespace {

using Notes = std::vector<std::string>;

struct Outcome {
  Notes notes;
  targets::PortSet ports;
};

// One TCP port more than our own order holds, or as many as `top`.
Outcome outcome(Notes files, std::uint32_t top = 0) {
  const std::uint32_t ordered = targets::ordered_ports(net::Transport::kTcp);
  PortChoice choice{.top = top == 0 ? ordered + 1 : top, .top_place = "--top-ports"};
  choice.frequency_files = std::move(files);
  Outcome outcome;
  targets::PortSet excluded;
  outcome.notes = resolve(choice, outcome.ports, excluded).value();
  return outcome;
}

std::string text_of(std::string_view end) {
  const std::uint32_t ordered = targets::ordered_ports(net::Transport::kTcp);
  return "--top-ports: tcp ports after the first " + std::to_string(ordered) + " are " +
         std::string(end);
}

TEST(PortChoice, OrdersFurtherPortsByTheFirstFileOfFrequencies) {
  const test::TestFolder folder;
  const std::string none = folder.path("none");
  const std::string udp = folder.write("udp", "a 60001/udp 0.1\n");
  const std::string good = folder.write("good", "a 60002/tcp 0.1\n");
  const std::string other = folder.write("other", "a 60003/tcp 0.1\n");
  const Outcome found = outcome({none, udp, good, other});
  EXPECT_TRUE(found.ports.contains({net::Transport::kTcp, 60002}));
  EXPECT_FALSE(found.ports.contains({net::Transport::kTcp, 60003}));
  EXPECT_EQ(found.notes, Notes{text_of("by the open frequencies in " + good)});
}

TEST(PortChoice, SaysThatFurtherPortsHaveNoOrder) {
  EXPECT_EQ(outcome({}).notes, Notes{text_of("in numeric order; nmap's file nmap-services, if "
                                             "installed, would order them")});
}

TEST(PortChoice, NeedsNoFrequenciesForItsOwnOrderOrForAllPorts) {
  const std::uint32_t ordered = targets::ordered_ports(net::Transport::kTcp);
  for (const std::uint32_t top : {1u, ordered, targets::kMostTopPorts}) {
    const Outcome found = outcome({}, top);
    EXPECT_EQ(found.notes, Notes{});
    EXPECT_EQ(found.ports.count(), top);
  }
}

}  // namespace
}  // namespace masscan::cli
