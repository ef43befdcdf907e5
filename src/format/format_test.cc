#include "format/format.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <set>
#include <tuple>

#include "base/file.h"
#include "base/text.h"
#include "record/payload.h"

namespace masscan::format {
namespace {

namespace fs = std::filesystem;

std::string written(std::string_view format, const record::Record& record) {
  std::string text;
  find_format(format)->record(text, record);
  return text;
}

std::string written(std::string_view format, const record::Banner& banner) {
  std::string text;
  find_format(format)->banner(text, banner);
  return text;
}

// ---- Reading back what was written --------------------------------------------------------------

std::optional<record::PortState> state_named(std::string_view text) {
  for (const record::PortState state :
       {record::PortState::kUnknown, record::PortState::kOpen, record::PortState::kClosed,
        record::PortState::kUp, record::PortState::kFiltered, record::PortState::kUnfiltered,
        record::PortState::kOpenFiltered}) {
    if (record::name(state) == text) return state;
  }
  return std::nullopt;
}

std::optional<net::Transport> transport_named(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(net::Transport::kIp); ++i) {
    const auto transport = static_cast<net::Transport>(i);
    if (record::protocol_name(transport) == text) return transport;
  }
  return std::nullopt;
}

std::uint8_t reason_of(std::string_view text) {
  for (unsigned reason = 0; reason < 256; ++reason) {
    if (record::reason_text({.reason = static_cast<std::uint8_t>(reason)}) == text) {
      return static_cast<std::uint8_t>(reason);
    }
  }
  ADD_FAILURE() << "no such reason: " << text;
  return 0;
}

// The fields of a line; fields that the format lacks have their defaults. A negative time is
// masscan's 32-bit number printed as signed.
struct Fields {
  std::string state, transport, port, address, time = "0", reason = "none", ttl = "0";
};

// Returns nullopt for values that records cannot hold: masscan 1.3.2 prints the address 1:: as "1:"
// on standard output.
std::optional<record::Record> to_record(const Fields& fields) {
  const auto transport = transport_named(fields.transport);
  const auto state = state_named(fields.state);
  const auto address = net::IpAddress::parse(fields.address);
  if (!transport || !state || !address) return std::nullopt;
  const auto seconds = static_cast<std::uint32_t>(std::stoll(fields.time));
  return record::Record{.time = WallTime(std::chrono::seconds(seconds)),
                        .address = *address,
                        .port = {*transport, parse_number<std::uint16_t>(fields.port).value()},
                        .state = *state,
                        .reason = reason_of(fields.reason),
                        .ttl = parse_number<std::uint8_t>(fields.ttl).value()};
}

// Matches a status line of a format; banner lines and others do not match.
struct Reader {
  std::string_view format;
  std::string_view ending;  // suffix of golden files in this format
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
     std::regex(R"re(\{"ip":"([^"]*)","timestamp":"([^"]*)","port":(\d+),"proto":"(\w+)",)re"
                R"re("rec_type":"status","data":\{"status":"(\w+)","reason":"([^"]*)",)re"
                R"re("ttl":(\d+)\}\}\n)re"),
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
    {"xml", ".xml",
     std::regex(
         R"re(<host endtime="(\d+)"><address addr="([^"]*)" addrtype="ipv[46]"/><ports>)re"
         R"re(<port protocol="(\w+)" portid="(\d+)"><state state="(\w+)" reason="([^"]*)" )re"
         R"re(reason_ttl="(\d+)"/></port></ports></host>\r\n)re"),
     700,
     [](const std::smatch& m) {
       return Fields{.state = m[5],
                     .transport = m[3],
                     .port = m[4],
                     .address = m[2],
                     .time = m[1],
                     .reason = m[6],
                     .ttl = m[7]};
     }},
    {"grepable", ".gnmap",
     std::regex(R"(Timestamp: (\d+)\tHost: (\S+) \(\)\tPorts: (\d+)/(\w+)/(\w+)//[^/]*//\n)"), 700,
     [](const std::smatch& m) {
       return Fields{.state = m[4], .transport = m[5], .port = m[3], .address = m[2], .time = m[1]};
     }},
    {"json", ".json",
     std::regex(
         R"re(\{   "ip": "([^"]*)",   "timestamp": "([^"]*)", "ports": \[ \{"port": (\d+), )re"
         R"re("proto": "(\w+)", "status": "(\w+)", "reason": "([^"]*)", "ttl": (\d+)\} \] \}\n)re"),
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
    {"interactive", ".stdout.txt",
     std::regex(R"(Discovered (\w+) port (\d+)/(\w+) on (\S+)( \([0:]+\))? *\n)"), 400,
     [](const std::smatch& m) {
       return Fields{.state = m[1], .transport = m[3], .port = m[2], .address = m[4]};
     }},
};

TEST(Extra, IsReadBackAndChangesNothingElse) {
  const record::Record plain{.address = net::Ipv4Address(1),
                             .port = {net::Transport::kTcp, 80},
                             .state = record::PortState::kOpen,
                             .reason = 0x12,
                             .ttl = 64};
  record::Record fake = plain;
  fake.suspect = record::Suspect::kDenseHost;
  record::Record answer = plain;
  answer.payload = record::payload_number("snmp-v3");
  for (const record::Record& record : {fake, answer}) {
    for (const std::string_view format : {"ndjson", "json", "xml"}) {
      const std::string text = written(format, record);
      EXPECT_NE(text, written(format, plain));
      std::string bytes;
      const std::string_view line =
          std::string_view(text).substr(0, text.find_last_not_of("\r\n") + 1);
      const FileItem item = find_format(format)->parse(line, bytes);
      ASSERT_TRUE(std::holds_alternative<record::Record>(item)) << text;
      EXPECT_EQ(std::get<record::Record>(item).suspect, record.suspect) << format;
      EXPECT_EQ(std::get<record::Record>(item).payload, record.payload) << format;
      EXPECT_EQ(std::get<record::Record>(item).port, record.port) << format;
    }
    for (const std::string_view format : {"list", "grepable", "binary", "csv", "ipport"})
      EXPECT_EQ(written(format, record), written(format, plain)) << format;
  }
}

TEST(Software, IsReadBackAndChangesNothingElse) {
  const record::Banner plain{.time = WallTime(std::chrono::seconds(1700000000)),
                             .address = net::Ipv4Address(1),
                             .port = {net::Transport::kTcp, 80},
                             .application = record::Application::kHttp,
                             .text = std::string_view("Server: \"x\"\0", 12)};
  const std::string longest(record::kMaxSoftwareBytes, '"');
  for (const std::string_view software :
       {std::string_view("nginx/1.22.1"), std::string_view("<a> \"b\" \0\xff\r\n", 13),
        std::string_view("\",\"software\":\"x"), std::string_view(longest)}) {
    record::Banner banner = plain;
    banner.software = software;
    for (const std::string_view format : {"ndjson", "ndjson-base64", "json", "xml"}) {
      const std::string text = written(format, banner);
      EXPECT_NE(text, written(format, plain));
      std::string bytes;
      const std::string_view line =
          std::string_view(text).substr(0, text.find_last_not_of("\r\n") + 1);
      const FileItem item = find_format(format)->parse(line, bytes);
      ASSERT_TRUE(std::holds_alternative<record::Banner>(item)) << text;
      EXPECT_EQ(std::get<record::Banner>(item).software, software) << format;
      EXPECT_EQ(std::get<record::Banner>(item).text, plain.text) << format;
      EXPECT_EQ(std::get<record::Banner>(item).port, plain.port) << format;
    }
    for (const std::string_view format : {"list", "grepable", "binary", "csv", "interactive"})
      EXPECT_EQ(written(format, banner), written(format, plain)) << format;
  }
}

TEST(Software, StandsBehindTheBanner) {
  const record::Banner banner{.time = WallTime(std::chrono::seconds(5)),
                              .address = net::Ipv4Address(1),
                              .port = {net::Transport::kTcp, 80},
                              .application = record::Application::kHttp,
                              .ttl = 64,
                              .text = "a",
                              .software = "b<c"};
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"json",
       R"({   "ip": "0.0.0.1",   "timestamp": "5", "ports": [ {"port": 80, "proto": "tcp", )"
       R"("service": {"name": "http", "banner": "a", "software": "b\u003cc"} } ] })"
       "\n"},
      {"ndjson", R"({"ip":"0.0.0.1","timestamp":"5","port":80,"proto":"tcp","rec_type":"banner",)"
                 R"("data":{"service_name":"http","banner":"a","software":"b\u003cc"}})"
                 "\n"},
      {"ndjson-base64",
       R"({"ip":"0.0.0.1","timestamp":"5","port":80,"proto":"tcp","rec_type":"banner",)"
       R"("data":{"service_name":"http","banner":"a","base64":"YQ==","software":"b\u003cc"}})"
       "\n"},
      {"xml", R"(<host endtime="5"><address addr="0.0.0.1" addrtype="ipv4"/><ports>)"
              R"(<port protocol="tcp" portid="80"><state state="open" reason="response" )"
              R"(reason_ttl="64" /><service name="http" banner="a" product="b\x3cc"></service>)"
              "</port></ports></host>\r\n"},
  };
  for (const auto& [format, line] : lines) EXPECT_EQ(written(format, banner), line);
}

TEST(Software, IsCutWhereAFileHoldsMoreThanAServiceCanState) {
  const std::string line =
      R"({"ip":"0.0.0.1","timestamp":"5","port":80,"proto":"tcp","rec_type":"banner",)"
      R"("data":{"service_name":"http","banner":"a","software":")" +
      std::string(1000, 'x') + R"("}})";
  std::string bytes;
  const FileItem item = find_format("ndjson")->parse(line, bytes);
  ASSERT_TRUE(std::holds_alternative<record::Banner>(item));
  EXPECT_EQ(std::get<record::Banner>(item).software, std::string(record::kMaxSoftwareBytes, 'x'));
  EXPECT_EQ(std::get<record::Banner>(item).text, "a");
}

// ---- Golden files -------------------------------------------------------------------------------

// Longer lines hold banners and overflow the stack of std::regex.
constexpr std::size_t kMaxLineBytes = 500;

std::vector<std::string> golden_lines(std::string_view ending) {
  std::vector<std::string> lines;
  for (const auto& entry : fs::recursive_directory_iterator(MASSCAN_GOLDEN_DIR "/outputs")) {
    if (!entry.path().string().ends_with(ending)) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.size() < kMaxLineBytes) lines.push_back(line + '\n');
    }
  }
  return lines;
}

// Our deliberate differences from masscan: times at or above 2^31 are unsigned in our JSON, and the
// type of an IPv6 address is "ipv6" in our XML.
std::string as_we_write(const std::string& line) {
  static const std::regex signed_time(R"re(("timestamp": ?")(-\d+)")re");
  static const std::regex ipv6(R"re((addr="[^"]*:[^"]*" addrtype=")ipv4")re");
  std::string ours = std::regex_replace(line, ipv6, "$1ipv6\"");
  std::smatch match;
  if (!std::regex_search(line, match, signed_time)) return ours;
  const auto seconds = static_cast<std::uint32_t>(std::stoll(match[2]));
  return ours.replace(static_cast<std::size_t>(match.position(2)),
                      static_cast<std::size_t>(match.length(2)), std::to_string(seconds));
}

auto as_tuple(const record::Record& record) {
  return std::tuple(record.time, record.address, record.port, record.state, record.reason,
                    record.ttl);
}

FileItem parsed(std::string_view format, std::string_view frame) {
  static std::string bytes;
  return find_format(format)->parse(frame, bytes);
}

// Parses a line as Format::parse gets it; nullopt for anything but a status record.
std::optional<record::Record> parsed(const Format& format, std::string_view frame) {
  if (format.item_length == line_length) frame.remove_suffix(frame.ends_with("\r\n") ? 2 : 1);
  const FileItem what = parsed(format.name, frame);
  const auto* record = std::get_if<record::Record>(&what);
  return record == nullptr ? std::nullopt : std::optional(*record);
}

void expect_parsed(std::string_view format, const std::string& line, const record::Record& record) {
  if (find_format(format)->parse == nullptr) return;
  const auto read = parsed(*find_format(format), line);
  ASSERT_TRUE(read) << line;
  EXPECT_EQ(as_tuple(*read), as_tuple(record)) << line;
}

TEST(Format, WritesAndReadsTheStatusLinesOfEveryGoldenFile) {
  for (const Reader& reader : kReaders) {
    std::size_t compared = 0;
    for (const std::string& line : golden_lines(reader.ending)) {
      std::smatch match;
      if (!std::regex_match(line, match, reader.line)) continue;
      const auto record = to_record(reader.fields(match));
      // For other IP protocols a line has only "err" or a name.
      if (!record || record->port.transport == net::Transport::kIp) continue;
      EXPECT_EQ(written(reader.format, *record), as_we_write(line));
      expect_parsed(reader.format, line, *record);
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
      // Few values per half, so that runs of zero groups are frequent.
      rc::gen::map(rc::gen::pair(rc::gen::element<std::uint64_t>(0, 1, 0x20010db800000000, ~0ull),
                                 rc::gen::arbitrary<std::uint64_t>()),
                   [](const auto& halves) {
                     return net::IpAddress(
                         net::Ipv6Address(make_uint128(halves.first, halves.second)));
                   }));
}

record::Record any_record() {
  return {.time = WallTime(std::chrono::seconds(*rc::gen::arbitrary<std::uint32_t>())),
          .address = *any_address(),
          .port = {static_cast<net::Transport>(*rc::gen::inRange(0, 6)),
                   *rc::gen::arbitrary<std::uint16_t>()},
          .state = *rc::gen::element(record::PortState::kOpen, record::PortState::kClosed,
                                     record::PortState::kUp),
          .reason = *rc::gen::arbitrary<std::uint8_t>(),
          .ttl = *rc::gen::arbitrary<std::uint8_t>()};
}

// True if the format contains the reason of a record.
bool keeps_reason(std::string_view format) { return format != "list" && format != "grepable"; }

RC_GTEST_PROP(Format, ALineSaysWhatTheRecordHolds, ()) {
  const record::Record record = any_record();
  for (const Reader& reader : kReaders) {
    const std::string line = written(reader.format, record);
    std::smatch match;
    RC_ASSERT(std::regex_match(line, match, reader.line));
    const record::Record read = to_record(reader.fields(match)).value();
    RC_ASSERT(read.address == record.address);
    RC_ASSERT(read.port == record.port);
    RC_ASSERT(read.state == record.state);
    if (reader.format == "interactive") continue;
    RC_ASSERT(read.time == record.time);
    if (!keeps_reason(reader.format)) continue;
    RC_ASSERT(read.reason == record.reason);
    RC_ASSERT(read.ttl == record.ttl);
  }
}

RC_GTEST_PROP(Format, ReadsBackWhatItWrites, ()) {
  const record::Record record = any_record();
  for (const Format* format : formats()) {
    // A line of ipport is less than a record; small_formats_test.cc reads it back.
    if (format->parse == nullptr || format->name == "ipport") continue;
    record::Record expected = record;
    if (!keeps_reason(format->name)) expected.reason = expected.ttl = 0;
    RC_ASSERT(as_tuple(parsed(*format, written(format->name, record)).value()) ==
              as_tuple(expected));
  }
}

RC_GTEST_PROP(Format, ReadsNothingFromAPartOfALine, ()) {
  const record::Record record = any_record();
  for (const Format* format : formats()) {
    // A list and ipport end in a number, and so does a part of their lines.
    const bool ends_in_number = format->name == "list" || format->name == "ipport";
    if (format->item_length != line_length || ends_in_number) continue;
    std::string line = written(format->name, record);
    line.pop_back();
    if (line.back() == '\r') line.pop_back();
    const std::string part = line.substr(0, *rc::gen::inRange<std::size_t>(0, line.size()));
    RC_ASSERT(!std::holds_alternative<record::Record>(parsed(format->name, part)));
  }
}

TEST(Format, ReadsNothingFromNonsense) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"list", "banner tcp 80 10.0.0.1 1700000000 gopher x"},
      {"list", "banner tcp 80 10.0.0.1 1700000000 http \\x"},
      {"list", "banner tcp 80 10.0.0.1 1700000000 http"},
      {"list", "open tcp 65536 10.0.0.1 1700000000"},
      {"list", "open tcp 80 10.0.0 1700000000"},
      {"list", "open tcp 80 10.0.0.1 4294967296"},
      {"list", "open tcp 80 10.0.0.1 1700000000 "},
      {"grepable", "Host: 10.0.0.1 ()\tPort: 80\tService: http\tBanner x"},
      {"xml", "runstats"},
      {"xml",
       "<host endtime=\"1\"><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/><ports>"
       "<port protocol=\"tcp\" portid=\"80\"><state state=\"open\" reason=\"ack-syn\" "
       "reason_ttl=\"64\"/></port></ports></host>"},
      {"ndjson", R"({"ip":"10.0.0.1","timestamp":"1","port":80,"proto":"tcp","rec_type":"banner",)"
                 R"("data":{"service_name":"http","banner":"\n"}})"},
      {"ndjson", R"({"ip":"10.0.0.1","timestamp":"1","port":80,"proto":"tcp","rec_type":"banner",)"
                 R"("data":{"service_name":"http","banner":"a","software":"\n"}})"},
  };
  for (const auto& [format, line] : lines) {
    EXPECT_TRUE(std::holds_alternative<Malformed>(parsed(format, line))) << line;
  }
}

// Each pattern is tried on the whole line; what one of them has found in part is not kept.
TEST(Format, KeepsNothingOfAPatternThatDoesNotMatch) {
  const FileItem item =
      parsed("json",
             R"({   "ip": "10.0.0.1",   "timestamp": "1", "ports": [ {"port": 80, "proto": "tcp", )"
             R"("service": {"name": "http", "banner": "a", "status": "open", "reason": "syn-ack", )"
             R"("ttl": 64} ] }"} } ] })");
  ASSERT_TRUE(std::holds_alternative<record::Banner>(item));
  EXPECT_EQ(std::get<record::Banner>(item).ttl, 0);
}

TEST(Format, PassesOverItsOwnFurniture) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"list", "#masscan"}, {"list", ""},  {"grepable", "# Masscan done"}, {"json", "["},
      {"json", ","},        {"json", "]"}, {"xml", "<runstats>"},          {"ndjson", ""},
  };
  for (const auto& [format, line] : lines) {
    EXPECT_TRUE(std::holds_alternative<NotAResult>(parsed(format, line))) << line;
  }
}

RC_GTEST_PROP(Format, InteractiveLinesFillTheRowOfATerminal, ()) {
  RC_ASSERT(written("interactive", any_record()).size() >= 80u);
}

RC_GTEST_PROP(Format, AppendsAndKeepsWhatWasThere, ()) {
  const record::Record record = any_record();
  for (const Format* format : formats()) {
    std::string text = "before\n";
    format->record(text, record);
    RC_ASSERT(text == "before\n" + written(format->name, record));
  }
}

// ---- Banners ------------------------------------------------------------------------------------

// The banners of readscan/in/hm-banners.bin: each application, then bytes of each value.
std::vector<record::Banner> golden_banners(const std::string& every_byte) {
  std::vector<record::Banner> banners;
  for (std::uint16_t i = 0; i < 42; ++i) {
    banners.push_back({.time = WallTime(std::chrono::seconds(1700000000 + i)),
                       .address = net::Ipv4Address(0x0a320900u + i),
                       .port = {i % 2 == 0 ? net::Transport::kUdp : net::Transport::kTcp,
                                static_cast<std::uint16_t>(1000 + i)},
                       .application = static_cast<record::Application>(i),
                       .ttl = 64});
  }
  banners.push_back({.time = WallTime(std::chrono::seconds(1700000051)),
                     .address = net::Ipv4Address(0x0a320933u),
                     .port = {net::Transport::kTcp, 80},
                     .application = record::Application::kHttp,
                     .ttl = 64,
                     .text = every_byte});
  return banners;
}

TEST(Format, WritesBannersAsMasscan) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::pair<std::string_view, std::string_view> endings[] = {
      {"list", "list"},     {"grepable", "gnmap"}, {"json", "json"},
      {"ndjson", "ndjson"}, {"xml", "xml"},        {"interactive", "stdout.txt"}};
  for (const auto& [format, ending] : endings) {
    const std::string golden =
        read_file(std::string(MASSCAN_GOLDEN_DIR) + "/outputs/readscan/conv/hm-banners.head." +
                  std::string(ending))
            .value();
    for (record::Banner banner : golden_banners(every_byte)) {
      const std::string text = fmt::format("banner-{}", static_cast<int>(banner.application));
      if (banner.text.empty()) banner.text = text;
      // masscan uses the number of the application instead of TCP's here.
      if (format == "xml" && banner.application == record::Application::kDnsVersion) continue;
      std::string line;
      find_format(format)->banner(line, banner);
      EXPECT_THAT(golden, testing::HasSubstr(line)) << format;
    }
  }
}

// ---- The table ----------------------------------------------------------------------------------

TEST(Format, IsFoundByNameInAnyCaseAndByLetter) {
  EXPECT_EQ(find_format("list")->name, "list");
  EXPECT_EQ(find_format("NDJSON")->name, "ndjson");
  EXPECT_EQ(find_format("greppable")->name, "grepable");
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
  for (const Format* format : formats()) {
    EXPECT_TRUE(names.insert(format->name).second) << format->name;
    EXPECT_TRUE(format->letter == '\0' || letters.insert(format->letter).second) << format->name;
    EXPECT_NE(format->record, nullptr) << format->name;
    EXPECT_TRUE(format->enclosure == nullptr || (format->header && format->trailer))
        << format->name;
    EXPECT_EQ(format->item_length == nullptr, format->parse == nullptr) << format->name;
  }
}

}  // namespace
}  // namespace masscan::format
