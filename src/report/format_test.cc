#include "report/format.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck/gtest.h>
#include <regex>
#include <set>

#include "base/text.h"

namespace masscan::report {
namespace {

namespace fs = std::filesystem;

std::string written(std::string_view format, const Record& record) {
  std::string text;
  find_format(format)->record(text, record);
  return text;
}

// ---- Reading back what was written --------------------------------------------------------------

std::optional<PortState> state_named(std::string_view text) {
  for (const PortState state : {PortState::kUnknown, PortState::kOpen, PortState::kClosed,
                                PortState::kUp, PortState::kFiltered}) {
    if (name(state) == text) return state;
  }
  return std::nullopt;
}

std::optional<net::Transport> transport_named(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(net::Transport::kIp); ++i) {
    if (net::name(static_cast<net::Transport>(i)) == text) return static_cast<net::Transport>(i);
  }
  return std::nullopt;
}

std::uint8_t reason_of(std::string_view text) {
  for (unsigned reason = 0; reason < 256; ++reason) {
    if (reason_text(static_cast<std::uint8_t>(reason)) == text) {
      return static_cast<std::uint8_t>(reason);
    }
  }
  ADD_FAILURE() << "no such reason: " << text;
  return 0;
}

// What a line says; fields that a format does not show are their defaults. A negative time is
// masscan's 32-bit number printed with a sign.
struct Fields {
  std::string state, transport, port, address, time = "0", reason = "none", ttl = "0";
};

// Nothing for what records cannot hold: the protocol "err" of hand-made files, and the address "1:"
// as which masscan 1.3.2 prints 1:: on standard output.
std::optional<Record> to_record(const Fields& fields) {
  const auto transport = transport_named(fields.transport);
  const auto state = state_named(fields.state);
  const auto address = net::IpAddress::parse(fields.address);
  if (!transport || !state || !address) return std::nullopt;
  const auto seconds = static_cast<std::uint32_t>(std::stoll(fields.time));
  return Record{.time = WallTime(std::chrono::seconds(seconds)),
                .address = *address,
                .port = {*transport, parse_number<std::uint16_t>(fields.port).value()},
                .state = *state,
                .reason = reason_of(fields.reason),
                .ttl = parse_number<std::uint8_t>(fields.ttl).value()};
}

// One status line of a format; banner lines and everything else do not match.
struct Reader {
  std::string_view format;
  std::string_view ending;  // of golden files in this format
  std::regex line;
  std::size_t least_lines;  // in all golden files together
  Fields (*fields)(const std::smatch&);
};

const Reader kReaders[] = {
    {"list", ".list", std::regex(R"((open|closed|up) (\w+) (\d+) (\S+) (\d+)\n)"), 1000,
     [](const std::smatch& m) {
       return Fields{.state = m[1], .transport = m[2], .port = m[3], .address = m[4], .time = m[5]};
     }},
    {"ndjson", ".ndjson",
     std::regex(
         R"re(\{"ip":"(.*)","timestamp":"(.*)","port":(\d+),"proto":"(\w+)",)re"
         R"re("rec_type":"status","data":\{"status":"(\w+)","reason":"(.*)","ttl":(\d+)\}\}\n)re"),
     700,
     [](const std::smatch& m) {
       return Fields{.state = m[5],
                     .transport = m[4],
                     .port = m[3],
                     .address = m[1],
                     .time = m[2],
                     .reason = m[6],
                     .ttl = m[7]};
     }},
    {"interactive", ".stdout.txt", std::regex(R"(Discovered (\w+) port (\d+)/(\w+) on (\S+) *\n)"),
     400,
     [](const std::smatch& m) {
       return Fields{.state = m[1], .transport = m[3], .port = m[2], .address = m[4]};
     }},
};

// ---- Golden files -------------------------------------------------------------------------------

std::vector<std::string> golden_lines(std::string_view ending) {
  std::vector<std::string> lines;
  for (const auto& entry : fs::recursive_directory_iterator(MASSCAN_GOLDEN_DIR "/outputs")) {
    if (!entry.path().string().ends_with(ending)) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) lines.push_back(line + '\n');
  }
  return lines;
}

// Times at or above 2^31 are unsigned in our NDJSON (spec/outputs.md, 14, 3).
std::string with_unsigned_time(std::string line) {
  static const std::regex signed_time(R"re("timestamp":"(-\d+)")re");
  std::smatch match;
  if (!std::regex_search(line, match, signed_time)) return line;
  const auto seconds = static_cast<std::uint32_t>(std::stoll(match[1]));
  return line.replace(static_cast<std::size_t>(match.position(1)),
                      static_cast<std::size_t>(match.length(1)), std::to_string(seconds));
}

TEST(Format, WritesTheStatusLinesOfEveryGoldenFile) {
  for (const Reader& reader : kReaders) {
    std::size_t compared = 0;
    for (const std::string& line : golden_lines(reader.ending)) {
      std::smatch match;
      if (!std::regex_match(line, match, reader.line)) continue;
      const auto record = to_record(reader.fields(match));
      if (!record) continue;
      EXPECT_EQ(written(reader.format, *record), with_unsigned_time(line));
      ++compared;
    }
    EXPECT_GE(compared, reader.least_lines) << reader.format << ": golden files are missing";
  }
}

// ---- Properties ---------------------------------------------------------------------------------

rc::Gen<net::IpAddress> any_address() {
  return rc::gen::oneOf(
      rc::gen::map<std::uint32_t>(
          [](auto number) { return net::IpAddress(net::Ipv4Address(number)); }),
      // Few values per half, so that runs of zero groups are common.
      rc::gen::map(rc::gen::pair(rc::gen::element<std::uint64_t>(0, 1, 0x20010db800000000, ~0ull),
                                 rc::gen::arbitrary<std::uint64_t>()),
                   [](const auto& halves) {
                     return net::IpAddress(
                         net::Ipv6Address(make_uint128(halves.first, halves.second)));
                   }));
}

Record any_record() {
  return {.time = WallTime(std::chrono::seconds(*rc::gen::arbitrary<std::uint32_t>())),
          .address = *any_address(),
          .port = {static_cast<net::Transport>(*rc::gen::inRange(0, 6)),
                   *rc::gen::arbitrary<std::uint16_t>()},
          .state = *rc::gen::element(PortState::kOpen, PortState::kClosed, PortState::kUp),
          .reason = *rc::gen::arbitrary<std::uint8_t>(),
          .ttl = *rc::gen::arbitrary<std::uint8_t>()};
}

RC_GTEST_PROP(Format, ALineSaysWhatTheRecordHolds, ()) {
  const Record record = any_record();
  for (const Reader& reader : kReaders) {
    const std::string line = written(reader.format, record);
    std::smatch match;
    RC_ASSERT(std::regex_match(line, match, reader.line));
    const Record read = to_record(reader.fields(match)).value();
    RC_ASSERT(read.address == record.address);
    RC_ASSERT(read.port == record.port);
    RC_ASSERT(read.state == record.state);
    if (reader.format == "interactive") continue;
    RC_ASSERT(read.time == record.time);
    if (reader.format == "list") continue;
    RC_ASSERT(read.reason == record.reason);
    RC_ASSERT(read.ttl == record.ttl);
  }
}

RC_GTEST_PROP(Format, InteractiveLinesFillTheRowOfATerminal, ()) {
  RC_ASSERT(written("interactive", any_record()).size() == 80u);
}

RC_GTEST_PROP(Format, AppendsAndKeepsWhatWasThere, ()) {
  const Record record = any_record();
  for (const Format& format : formats()) {
    std::string text = "before\n";
    format.record(text, record);
    RC_ASSERT(text == "before\n" + written(format.name, record));
  }
}

// ---- The table ----------------------------------------------------------------------------------

TEST(Format, IsFoundByNameInAnyCaseAndByLetter) {
  EXPECT_EQ(find_format("list")->name, "list");
  EXPECT_EQ(find_format("NDJSON")->name, "ndjson");
  EXPECT_EQ(find_format('L')->name, "list");
  EXPECT_EQ(find_format('D')->name, "ndjson");
}

TEST(Format, IsNullWhereThereIsNone) {
  EXPECT_EQ(find_format("lis"), nullptr);
  EXPECT_EQ(find_format(""), nullptr);
  EXPECT_EQ(find_format('l'), nullptr);
  EXPECT_EQ(find_format('\0'), nullptr);
}

TEST(Format, NamesAndLettersAreUnique) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const Format& format : formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_TRUE(format.letter == '\0' || letters.insert(format.letter).second) << format.name;
    EXPECT_NE(format.record, nullptr) << format.name;
  }
}

}  // namespace
}  // namespace masscan::report
