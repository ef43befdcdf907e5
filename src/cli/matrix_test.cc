// Every row of the table with every other: whatever is combined, the answer is one sentence, or
// both show. Nothing that somebody wrote is dropped silently.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "cli/contradictions.h"
#include "cli/help/echo.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "cli/test_support.h"
#include "support/sample.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

// What every command line has besides: something for the others to change.
const std::vector<std::string> kBase = {"-p80-82", "10.0.0.0/24", "--seed", "7"};

const std::string kPoint = setup::to_text({.plan = 1, .began = 2, .turns = {3}});

// By the name of a row or, for its many like ones, by what help calls its value. None of them is
// the default, nor what kBase says.
const std::map<std::string_view, std::string> kSamples = {
    {"-P", ""},
    {"-n", ""},
    {"ADDRESS", "192.0.2.7"},
    {"ADDRESS=NAME", "192.0.2.7=www.example.com"},
    {"BASE", "scan"},
    {"BASE64", "aGVsbG8K"},
    {"BOOLEAN", "true"},
    {"DATE", "2024-02-03"},
    {"DIRECTORY", "/var/tmp"},
    {"EXPRESSION", "port == 80"},
    {"FILTER", "tcp"},
    {"FLAGS", "SYNFIN"},
    {"FORMAT", "json"},
    {"FORMAT:FILE", "csv:scan.csv"},
    {"FRACTION", "0.5"},
    {"HEX", "000102030405060708090a0b0c0d0e0f"},
    {"LIST", "ip,port"},
    {"MAC", "02:00:00:00:00:07"},
    {"N", "5"},
    {"NAME", "eth0"},
    {"NAME:VALUE", "Accept:text/html"},
    {"NUMBERS", "47"},
    {"OCTETS", "100"},
    {"OLD NEW", "old.scan"},
    {"ORDER", "masscan-2"},
    {"PASSWORD", "secret"},
    {"POINT", kPoint},
    {"PORTS", "61234"},
    {"PPS", "12345"},
    {"SECONDS", "3"},
    {"SIZE", "10m"},
    {"STATES", "closed"},
    {"SYSTEM", "linux"},
    {"TARGETS", "192.0.2.0/24"},
    {"TEXT", "text"},
    {"TIME", "1h"},
    {"PORTS:HEX", "53:00"},
    {"URL", "http://example.com/x.xsl"},
    {"VALUE", "1"},
    {"VERSION", "1.3.2"},
    {"X/Y", "2/3"},
    {"banner-limit", "2048"},
    {"banner-types", "http"},
    {"[ADDRESS:]PORT", "9100"},
    {"bash|zsh|fish", "bash"},
    {"capture", "html"},
    {"csv", "csv"},
    {"exclude", "203.0.113.0/24"},
    {"exclude-ports", "81"},
    {"hello", "http"},
    {"banner-order", "8000-8100:http,redis"},
    {"if", "if"},
    {"masscan|nmap", "nmap"},
    {"nobanners", "false"},
    {"none|gzip|zstd", "gzip"},
    {"nocapture", "cert"},
    {"nointeractive", "false"},
    {"output-noshow", "open"},
    {"postgres", "postgresql://192.0.2.1/scans"},
    {"seed", "9"},
    {"status", "false"},
    {"tcp-scan", "fin"},
    {"vuln", "poodle"},
};

// A row that repeats what is so anyway, or that only --readscan obeys, and therefore shows nowhere.
bool is_usual(const Option& option) {
  static const std::set<std::string_view> kUsual = {
      "names", "output-show-open", "no-stylesheet", "readscan-dialect", "resume-order", "since",
      "until"};
  return option.apply == accept_silently || kUsual.contains(option.name) || option.shorts == "-sS";
}

// What a command line comes to.
struct Outcome {
  std::string error;
  std::set<std::string> notes;
  Action action = Action::kScan;
  std::map<std::string, std::string> lines;  // of --echo, by key

  static Outcome of(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kBase.begin(), kBase.end());
    Outcome outcome;
    const auto settings = read(std::move(arguments));
    if (!settings) {
      EXPECT_EQ(settings.error().fault, Fault::kUsage);
      EXPECT_FALSE(settings.error().message.empty());
      outcome.error = settings.error().message;
      return outcome;
    }
    outcome.notes = {settings->notes.begin(), settings->notes.end()};
    outcome.action = settings->action;
    std::istringstream text(echo_text(settings->config));
    for (std::string line; std::getline(text, line);) {
      outcome.lines[line.substr(0, line.find_first_of("[ "))] += line + "\n";
    }
    const Result<void> checked = check_scan(settings->config);
    EXPECT_TRUE(checked || !checked.error().message.empty());
    return outcome;
  }
};

// What --echo says of it.
std::string line_of(const Outcome& outcome, const std::string& key) {
  const auto found = outcome.lines.find(key);
  return found != outcome.lines.end() ? found->second : "";
}

struct Row {
  const Option* option;
  std::vector<std::string> arguments;
  Outcome alone;
  std::set<std::string> keys;     // of the rows that echo its effect
  std::set<std::string> changed;  // keys whose lines it changes
};

class Matrix : public testing::Test {
 protected:
  Matrix()
      : file_(directory_.write("some.txt", "198.51.100.0/24\n")),
        excluded_(directory_.write("excluded.txt", "203.0.113.0/25 198.18.0.1\n")),
        base_(Outcome::of({})) {
    for (const Section& section : sections()) {
      for (const Option& option : section.options) {
        // Information ends the reading, and files are read before the command line: both have tests
        // of their own.
        if (option.phase == Phase::kSetting) add(option);
      }
    }
  }

  test::TestFolder directory_;
  std::string file_;
  std::string excluded_;
  Outcome base_;
  std::vector<Row> rows_;

 private:
  std::optional<std::string> sample(const Option& option) const {
    for (const std::string_view word :
         {option.name, split_words(option.shorts).empty() ? "" : split_words(option.shorts)[0],
          option.value_name}) {
      const auto found = kSamples.find(word);
      if (!word.empty() && found != kSamples.end()) return found->second;
    }
    if (option.name == "excludefile") return excluded_;
    if (option.value_name == "FILE" || option.value_name == "KIND") return file_;
    EXPECT_EQ(option.arity, Arity::kFlag) << "no sample for " << option.name;
    return std::nullopt;
  }

  std::vector<std::string> arguments_of(const Option& option) const {
    const auto value = sample(option);
    if (option.name.empty()) {
      const std::string word(split_words(option.shorts)[0]);
      if (!value || value->empty()) return {word};
      return {word, *value};
    }
    const std::string index = option.index == Index::kPort ? "[80]" : "";
    const std::string name = fmt::format("--{}{}", option.name, index);
    if (!value) return {name};
    if (option.arity == Arity::kSeveral) return {name, *value};
    return {name + "=" + *value};
  }

  void add(const Option& option) {
    Row row{.option = &option,
            .arguments = arguments_of(option),
            .alone = {},
            .keys = {std::string(option.name)},
            .changed = {}};
    row.alone = Outcome::of(row.arguments);
    for (const std::string_view key : split_words(option.echoed_in)) row.keys.emplace(key);
    for (const auto* outcome : {&base_, &row.alone}) {
      for (const auto& [key, lines] : outcome->lines) {
        if (line_of(base_, key) != line_of(row.alone, key)) row.changed.insert(key);
      }
    }
    rows_.push_back(std::move(row));
  }
};

TEST_F(Matrix, ShowsEveryRowAlone) {
  EXPECT_GE(rows_.size(), 150u);
  for (const Row& row : rows_) {
    const bool shows = !row.alone.error.empty() || !row.alone.notes.empty() ||
                       row.alone.action != Action::kScan || !row.changed.empty();
    EXPECT_NE(shows, is_usual(*row.option)) << row.arguments[0];
  }
}

// Two rows on one command line, and what they come to. Each check says what was lost, and of which.
class Pair {
 public:
  Pair(const Row& first, const Row& second) : first_(first), second_(second) {
    std::vector<std::string> both = first.arguments;
    both.insert(both.end(), second.arguments.begin(), second.arguments.end());
    name_ = fmt::format("{}", fmt::join(both, " "));
    outcome_ = Outcome::of(std::move(both));
  }

  bool is_refused() const { return !outcome_.error.empty(); }

  void expect_refused_if_one_is() const {
    for (const Row* row : {&first_, &second_}) {
      EXPECT_TRUE(row->alone.error.empty() || is_refused())
          << name_ << " is accepted; alone it is refused: " << row->alone.error;
    }
  }

  void expect_notes_of_both() const {
    for (const Row* row : {&first_, &second_}) {
      for (const std::string& note : row->alone.notes) {
        EXPECT_TRUE(outcome_.notes.contains(note)) << name_ << " loses the note: " << note;
      }
    }
  }

  // Of the keys that only one of them concerns.
  void expect_lines_of_both() const {
    expect_own_lines(first_, second_);
    expect_own_lines(second_, first_);
  }

  // The later one wins, or they add up.
  void expect_later_one_to_count() const {
    for (const std::string& key : second_.changed) {
      if (!first_.keys.contains(key) || !second_.keys.contains(key)) continue;
      const std::string earlier = line_of(first_.alone, key);
      if (earlier == line_of(second_.alone, key)) continue;
      EXPECT_NE(line_of(outcome_, key), earlier) << name_ << ": the later one changes nothing";
    }
  }

 private:
  void expect_own_lines(const Row& row, const Row& other) const {
    for (const std::string& key : row.changed) {
      if (other.keys.contains(key)) continue;
      EXPECT_EQ(line_of(outcome_, key), line_of(row.alone, key))
          << name_ << ": " << other.arguments[0] << " changes " << key
          << ", which it does not concern";
    }
  }

  const Row& first_;
  const Row& second_;
  std::string name_;
  Outcome outcome_;
};

TEST_F(Matrix, LosesNothingOfTwo) {
  constexpr std::size_t kStep = test::all_or(1, 7);
  std::size_t begin = 0;
  for (const Row& first : rows_) {
    begin = (begin + 1) % kStep;
    for (std::size_t i = begin; i < rows_.size(); i += kStep) {
      const Row& second = rows_[i];
      if (!first.alone.error.empty() && !second.alone.error.empty()) continue;  // the first says it
      const Pair pair(first, second);
      pair.expect_refused_if_one_is();
      if (pair.is_refused()) continue;
      pair.expect_notes_of_both();
      pair.expect_lines_of_both();
      pair.expect_later_one_to_count();
    }
  }
}

}  // namespace
}  // namespace masscan::cli
