#include "cli/arguments.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/options/table.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

// "ports=80 adapter[0]=eth0 -sS": what was understood, with the rows' own names.
std::string understood(const std::vector<OptionUse>& uses) {
  std::string text;
  for (const OptionUse& use : uses) {
    if (!text.empty()) text += ' ';
    text += use.option->name.empty() ? use.name : std::string(use.option->name);
    if (use.index) text += "[" + *use.index + "]";
    if (use.value) text += "=" + *use.value;
  }
  return text;
}

struct Row {
  std::string_view line;
  std::string_view expected;
};

constexpr Row kRows[] = {
    {"", ""},
    // Long names and their three ways to take a value.
    {"--rate 100", "rate=100"},
    {"--rate=100", "rate=100"},
    {"--rate:100", "rate=100"},
    {"--max-rate 100", "rate=100"},
    {"--MAX_RATE 100", "rate=100"},
    {"--m.a.x.rate=1", "rate=1"},
    {"--exclude-file=a=b", "excludefile=a=b"},
    {"--exclude-file=a:b", "excludefile=a:b"},
    {"--exclude-file:a:b", "excludefile=a:b"},
    {"--range fe80::1", "range=fe80::1"},
    {"--range=fe80::1", "range=fe80::1"},
    {"--adapter[0] eth0", "adapter[0]=eth0"},
    {"--adapter[0]=eth0", "adapter[0]=eth0"},
    {"--adapter-ip[0]:10.0.0.1", "adapter-ip[0]=10.0.0.1"},
    // Flags.
    {"--offline", "offline"},
    {"--offline 10.0.0.1", "offline range=10.0.0.1"},
    {"--offline=false", "offline=false"},
    {"--offline:no", "offline=no"},
    {"--echo --offline", "echo offline"},
    // Optional values: a number or a boolean word.
    {"--tcp-mss", "tcp-mss"},
    {"--tcp-mss 1400", "tcp-mss=1400"},
    {"--tcp-mss disable", "tcp-mss=disable"},
    {"--tcp-mss 10.0.0.1", "tcp-mss range=10.0.0.1"},
    {"--tcp-mss --echo", "tcp-mss echo"},
    {"--tcp-mss=1", "tcp-mss=1"},
    {"--append-output 10.0.0.1", "output-append range=10.0.0.1"},
    {"--output-append true", "output-append=true"},
    // Short forms, glued or not.
    {"-p80", "ports=80"},
    {"-p 80", "ports=80"},
    {"-p -", "ports=-"},
    {"-p -22", "ports=-22"},
    {"-p8000-", "ports=8000-"},
    {"-pU:53", "ports=U:53"},
    {"-e eth0", "adapter=eth0"},
    {"-eeth0", "adapter=eth0"},
    {"-i eth0", "adapter=eth0"},
    {"-S 10.0.0.9", "adapter-ip=10.0.0.9"},
    {"-S10.0.0.9", "adapter-ip=10.0.0.9"},
    {"-g 53", "adapter-port=53"},
    {"-g53", "adapter-port=53"},
    {"-c scan.conf", "conf=scan.conf"},
    {"-cscan.conf", "conf=scan.conf"},
    {"-iL file", "includefile=file"},
    {"-iLfile", "includefile=file"},
    {"-iL -", "includefile=-"},
    {"-oL file", "-oL=file"},
    {"-oLfile", "-oL=file"},
    {"-oD -", "-oD=-"},
    {"-v", "verbose"},
    {"-vvv", "verbose verbose verbose"},
    {"-dd", "verbose verbose"},
    {"-v 3", "verbose range=3"},
    {"-sS -Pn -n --randomize-hosts --send-eth", "-sS -Pn -n randomize-hosts send-eth"},
    {"-h", "help"},
    {"-?", "help"},
    {"-V", "version"},
    {"-W", "iflist"},
    // Targets.
    {"10.0.0.0/8", "range=10.0.0.0/8"},
    {"10.0.0.1-10.0.0.5,10.0.0.7", "range=10.0.0.1-10.0.0.5,10.0.0.7"},
    {"fd09::2", "range=fd09::2"},
    {"fe80::1", "range=fe80::1"},
    {"::1", "range=::1"},
    {"[fd09::2]", "range=[fd09::2]"},
    {"-p80 10.0.0.1 --rate 5 10.0.0.2", "ports=80 range=10.0.0.1 rate=5 range=10.0.0.2"},
};

TEST(Arguments, AreUnderstoodAsTheirAuthorMeantThem) {
  for (const Row& row : kRows) {
    const auto uses = parse_arguments(split_line(std::string(row.line)));
    ASSERT_TRUE(uses) << row.line << ": " << uses.error().message;
    EXPECT_EQ(understood(*uses), row.expected) << row.line;
  }
}

TEST(Arguments, KeepTheWordsOfTheUserForMessages) {
  const auto uses = parse_arguments(split_line("--Max_Rate=5 -p80 10.0.0.1"));
  ASSERT_TRUE(uses);
  EXPECT_EQ((*uses)[0].place, "--Max_Rate");
  EXPECT_EQ((*uses)[1].place, "-p");
  EXPECT_EQ((*uses)[2].place, "argument 3");
}

RC_GTEST_PROP(Arguments, MeanTheSameInAllThreeNotations, ()) {
  const auto value = *rc::gen::nonEmpty(rc::gen::string<std::string>());
  RC_PRE(value.find('\0') == std::string::npos && value.front() != '-');
  const auto equals = parse_arguments(std::vector<std::string>{"--adapter=" + value});
  const auto apart = parse_arguments(std::vector<std::string>{"--adapter", value});
  RC_ASSERT(equals.has_value() && apart.has_value());
  RC_ASSERT(equals->front().value == value);
  RC_ASSERT(apart->front().value == value);
  RC_PRE(value.find('=') == std::string::npos);
  const auto colon = parse_arguments(std::vector<std::string>{"--adapter:" + value});
  RC_ASSERT(colon.has_value());
  RC_ASSERT(colon->front().value == value);
}

}  // namespace
}  // namespace masscan::cli
