#include "targets/target_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "support/sample.h"

namespace masscan::targets {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Good {
  std::string_view text;
  std::string_view ranges;  // as described, joined with blanks
};

struct Bad {
  std::string_view text;
  std::string_view place;  // start of the message
  std::string_view fix;    // part of the message
};

// A file that is removed at the end of the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content)
      : path_(testing::TempDir() + "targets_" + std::to_string(random_uint64())) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Returns the items of a list, sorted, joined with blanks; "%eth0" for a scope.
std::string joined(TargetList list) {
  AddressSet addresses;
  PairSet pairs;
  std::vector<HostName> names;
  addresses.add(std::move(list.ranges));
  pairs.add(std::move(list.pairs));
  merge(std::move(list.names), names);
  std::string text;
  const auto add = [&](const std::string& item) { text += (text.empty() ? "" : " ") + item; };
  for (const std::string& range : describe(addresses)) add(range);
  for (const std::string& some : describe(pairs)) add(some);
  for (const HostName& name : names) add(to_string(name));
  for (const Scope& scope : list.scopes) add("%" + scope.interface);
  return text;
}

std::string message_of(const Result<void>& result) {
  return result ? "no error" : result.error().message;
}

std::string value(std::string_view text, ListKind kind = ListKind::kTargets) {
  TargetList list;
  const Result<void> parsed = parse_targets(text, "--range", kind, list);
  return parsed ? joined(std::move(list)) : "error " + parsed.error().message;
}

std::string file(std::string_view content, ListKind kind = ListKind::kTargets) {
  const TemporaryFile file(content);
  TargetList list;
  const Result<void> loaded = load_target_file(file.path(), kind, list);
  return loaded ? joined(std::move(list))
                : "error " + loaded.error().message.substr(file.path().size());
}

// Also the ambiguous cases of masscan's grammar.
constexpr Good kGoodAnywhere[] = {
    {"10.0.0.1", "10.0.0.1"},
    {"10.0.0.1,10.0.0.2", "10.0.0.1-10.0.0.2"},
    {"10.0.0.2 10.0.0.1", "10.0.0.1-10.0.0.2"},
    {"10.0.0.0/24,10.0.0.128-10.0.1.5", "10.0.0.0-10.0.1.5"},
    {"0.0.0.0-255.255.255.255", "0.0.0.0/0"},
    {"10.1.2.3/8", "10.0.0.0/8"},
    {"010.0.0.1", "10.0.0.1"},
    {"10.0.0.08", "10.0.0.8"},
    {"10.0.0.0/008", "10.0.0.0/8"},
    {"10.0.0.1/32", "10.0.0.1"},
    {"1.2.3.4/0", "0.0.0.0/0"},
    {"10.0.0.1 - 10.0.0.5", "10.0.0.1-10.0.0.5"},
    {"10.0.0.1 -10.0.0.5", "10.0.0.1-10.0.0.5"},
    {"10.0.0.1- 10.0.0.5", "10.0.0.1-10.0.0.5"},
    {"10.0.0.1\t-\t10.0.0.5", "10.0.0.1-10.0.0.5"},
    {"10.0.0.0 /24", "10.0.0.0/24"},
    {"10.0.0.0/ 24", "10.0.0.0/24"},
    {"10.0.0.1\xe2\x80\x93"
     "10.0.0.5",
     "10.0.0.1-10.0.0.5"},
    {"10.0.0.1 \xe2\x80\x94 10.0.0.5", "10.0.0.1-10.0.0.5"},
    {"10.0.0.1\xe2\x80\x90"
     "10.0.0.5,10.0.0.9\xe2\x80\x95"
     "10.0.0.9",
     "10.0.0.1-10.0.0.5 10.0.0.9"},
    {"10.0.0.1\x96"
     "10.0.0.5",
     "10.0.0.1-10.0.0.5"},
    {" 10.0.0.1 , , 10.0.0.3,\n", "10.0.0.1 10.0.0.3"},
    {"10.0.0.1\r\n10.0.0.3\r\n", "10.0.0.1 10.0.0.3"},
    {"10.0.0.1\r10.0.0.3", "10.0.0.1 10.0.0.3"},
    {"10.0.0.1-10.0.0.1", "10.0.0.1"},
    {"::", "::"},
    {"::1", "::1"},
    {":: ::1", "::/127"},
    {"::-::1", "::/127"},
    {":: - ::1", "::/127"},
    {"2001:DB8::A", "2001:db8::a"},
    {"::ffff:1.2.3.4", "::ffff:102:304"},
    {"fe80::1", "fe80::1"},
    {"fd09::2", "fd09::2"},
    {"[fd09::2]", "fd09::2"},
    {"[fd09::]/64", "fd09::/64"},
    {"[fd09::1] / 128", "fd09::1"},
    {"[fd09::1]-[fd09::4]", "fd09::1-fd09::4"},
    {"[fd09::1] - fd09::4", "fd09::1-fd09::4"},
    {"2001:db8::/66", "2001:db8::/66"},
    {"2001:db8::ffff/112", "2001:db8::/112"},
    {"::/0", "::/0"},
    {"fd09::2,10.0.0.1", "10.0.0.1 fd09::2"},
    {"10.0.0.1:80", "10.0.0.1:80"},
    {"10.0.0.1:0,10.0.0.1:65535", "10.0.0.1:0,10.0.0.1:65535"},
    {"[::1]:80", "[::1]:80"},
    {"[2001:DB8::]:00443", "[2001:db8::]:443"},
    {"fd09::1:80", "fd09::1:80"},  // an address: pairs need brackets
    {"10.0.0.2:80 10.0.0.1:443\r\n[fd09::1]:22,10.0.0.2:80,10.0.0.3",
     "10.0.0.3 10.0.0.1:443,10.0.0.2:80,[fd09::1]:22"},
    {"www.example.com", "www.example.com"},
    {"WWW.Example.COM:8080", "www.example.com:8080"},
    {"example.com.", "example.com."},
    {"fe80::1%eth0", "fe80::1 %eth0"},
    {"[fe80::1%eth0]:80", "[fe80::1]:80 %eth0"},
    {"fe80::%eth0/126", "fe80::/126 %eth0"},
    {"[fe80::1%7] - fe80::2%7", "fe80::1-fe80::2 %7"},
};

// In values a word can only be a name.
constexpr Good kGoodAsValues[] = {
    {"10.0.0.1,foo,10.0.0.2", "10.0.0.1-10.0.0.2 foo"},
    {"my-host 10-0-0-1.example.com,3com", "10-0-0-1.example.com 3com my-host"},
    {"xn--bcher-kva.example:80,b-c.a", "b-c.a xn--bcher-kva.example:80"},
    {"a b:1 a b:1 b", "a b b:1"},
};

constexpr Good kGoodInFiles[] = {
    {"10-0-0-1.example.com\nxn--bcher-kva.example:80\r\n b-c.a \r\n",
     "10-0-0-1.example.com b-c.a xn--bcher-kva.example:80"},
    {"a.example # web\nb.example ;db\nc.example,\n10.0.0.1, 10.0.0.2",
     "10.0.0.1-10.0.0.2 a.example "
     "b.example c.example"},
    {"", ""},
    {"\n\n  \r\n", ""},
    {"# nothing but a comment", ""},
    {"\xef\xbb\xbf"
     "10.0.0.1\n",
     "10.0.0.1"},
    {"\xef\xbb\xbf", ""},
    {"10.0.0.1 # office\n10.0.0.3 ; home", "10.0.0.1 10.0.0.3"},
    {"10.0.0.1,#office\n10.0.0.3", "10.0.0.1 10.0.0.3"},
    {"10.0.0.0/24 # office - not home / nor hell\n", "10.0.0.0/24"},
    {"- a comment\n  -- one more\n/ and\n\t// more\n10.0.0.1", "10.0.0.1"},
    {"10.0.0.1\n- 10.0.0.5\n", "10.0.0.1"},
    {"10.0.0.1\n/24\n", "10.0.0.1"},
    {"10.0.0.1\r- 10.0.0.5\r", "10.0.0.1"},
    {"\xef\xbb\xbf"
     "10.0.0.1:80 # web\r\n\r\nexample.com ; name\r\n- comment\n[fd09::1]:22",
     "10.0.0.1:80,[fd09::1]:22 example.com"},
    {"\xef\xbb\xbf"
     "not.bad",
     "not.bad"},
    {"# old Mac file\r10.0.0.1\r", "10.0.0.1"},
    {"# \xff\x01\xe2 anything goes here\n10.0.0.1", "10.0.0.1"},
};

constexpr Bad kBadAnywhere[] = {
    {"10.0.0.0/", ":1:9: ", "a number from 0 to 32"},
    {"10.0.0.1/", ":1:9: ", "a number from 0 to 32"},
    {"10.0.0.1/ ", ":1:9: ", "a number from 0 to 32"},
    {"10.0.0.0/33", ":1:9: '/33'", "a number from 0 to 32"},
    {"10.0.0.0/+8", ":1:9: '/+8'", "a number from 0 to 32"},
    {"10.0.0.0/-8", ":1:9: ", "a number from 0 to 32"},
    {"10.0.0.0/255.0.0.0", ":1:9: '/255.0.0.0'", "a number from 0 to 32"},
    {"10.0.0.0/0000000000000000000000000000000000000000000000000000000000000000000024",
     ":1:9: ", "a number from 0 to 32"},
    {"2001:db8::/", ":1:11: ", "a number from 0 to 128"},
    {"2001:db8::/129", ":1:11: '/129'", "a number from 0 to 128"},
    {"10.0.0.", ":1:1: '10.0.0.'", "not an IP address"},
    {"10..0.1", ":1:1: '10..0.1'", "not an IP address"},
    {"0010.0.0.1", ":1:1: ", "not an IP address"},
    {"256.0.0.1", ":1:1: ", "not an IP address"},
    {"10.0.0.256", ":1:1: ", "not an IP address"},
    {"10.0.0", ":1:1: ", "not an IP address"},
    {"10.0.0.1.2", ":1:1: ", "not an IP address"},
    {"10", ":1:1: ", "not an IP address"},
    {"10.0.0-5.1", ":1:1: '10.0.0-5.1'", "10.0.0.1-10.0.0.5"},
    {"1.2.3", ":1:1: '1.2.3'", "not an IP address"},
    {"10.0.0.256:80", ":1:1: '10.0.0.256:80'", "not an IP address"},
    {"0x7f000001", ":1:1: ", "not an IP address"},
    {"127.0x1", ":1:1: ", "not an IP address"},
    {"host.123", ":1:1: ", "does not end in a number"},
    {"host_name", ":1:1: ", "letters, digits and inner '-'"},
    {"host-", ":1:1: 'host-'", "inner '-'"},
    {"a..b", ":1:1: ", "inner '-'"},
    {".a", ":1:1: ", "inner '-'"},
    {"b\xc3\xbc"
     "cher.example",
     ":1:1: 'b\\xc3\\xbccher.example'", "letters, digits"},
    {"http://example.com/", ":1:1: 'http:'", "without http://"},
    {"10.0.0.1-example.com", ":1:10: 'example.com'", "a host name cannot stand here"},
    {"10.0.0.1:", ":1:1: ", "one port from 0 to 65535"},
    {"10.0.0.1:65536", ":1:1: ", "one port from 0 to 65535"},
    {"10.0.0.1:000080", ":1:1: ", "one port from 0 to 65535"},
    {"10.0.0.1:http", ":1:1: ", "one port from 0 to 65535"},
    {"10.0.0.1:80-90", ":1:1: '10.0.0.1:80-90'", "one port from 0 to 65535"},
    {"10.0.0.1:80,443", ":1:13: '443'", "not an IP address"},
    {"10.0.0.1:80 - 10.0.0.5", ":1:13: ", "cannot be continued"},
    {"10.0.0.1:80/24", ":1:12: ", "cannot be continued"},
    {"10.0.0.0/24:80", ":1:9: '/24:80'", "a number from 0 to 32"},
    {"10.0.0.1-10.0.0.5:80", ":1:10: '10.0.0.5:80'", "one port from 0 to 65535"},
    {"example.com:99999", ":1:1: ", "not an IP address"},
    {"10.0.0.1%eth0", ":1:1: ", "choose the interface with -e"},
    {"fe80::1%", ":1:1: ", "choose the interface with -e"},
    {"10.0.0.1-5", ":1:10: '5'", "10.0.0.1-10.0.0.5"},
    {"10.0.0.*", ":1:1: ", "10.0.0.0/24"},
    {"10.0.0.5-10.0.0.1", ":1:10: ", "write 10.0.0.1-10.0.0.5"},
    {"fd09::5-fd09::1", ":1:9: ", "write fd09::1-fd09::5"},
    {"10.0.0.1-fd09::1", ":1:10: ", "IPv4 and IPv6"},
    {"10.0.0.1-", ":1:10: ", "an address is missing"},
    {"10.0.0.1 -, 10.0.0.5", ":1:11: ", "an address is missing"},
    {"10.0.0.1 -\n10.0.0.5", ":1:11: ", "an address is missing"},
    {"10.0.0.1--10.0.0.5", ":1:10: ", "an address is missing"},
    {"10.0.0.1-10.0.0.5-10.0.0.9", ":1:18: ", "cannot be continued"},
    {"10.0.0.1-10.0.0.5/24", ":1:18: ", "cannot be continued"},
    {"10.0.0.0/24-10.0.1.0/24", ":1:12: ", "cannot be continued"},
    {"10.0.0.0/24 - office", ":1:13: ", "'#' before a comment"},
    {"10.0.0.1 - office", ":1:12: 'office'", "a comment starts with '#'"},
    {"10.0.0.1 // office", ":1:10: ", "a number from 0 to 32"},
    {",10.0.0.1", ":1:1: ", "an address is missing"},
    {"10.0.0.1#x", ":1:1: ", "behind a blank and '#'"},
    {"1:2:3:4:5:6:7", ":1:1: ", "not an IP address"},
    {"1:2:3:4::5:6:7:8", ":1:1: ", "not an IP address"},  // masscan accepts a "::" for no group
    {"1::2::3", ":1:1: ", "not an IP address"},
    {"12345::1", ":1:1: ", "not an IP address"},
    {"1:2:3:4:5:6:7:8:9", ":1:1: ", "not an IP address"},
    {"2001:db8::1-ff", ":1:13: 'ff'", "not an IP address"},
    {"[10.0.0.1]", ":1:1: ", "not an IP address"},
    {"[::1", ":1:1: ", "not an IP address"},
    {"[]", ":1:1: ", "not an IP address"},
    {"[", ":1:1: ", "not an IP address"},
    {"10.0.0.1 \xe2\x82\xac 10.0.0.5", ":1:10: ", "no dash"},
    {"10.0.0.1\xe2", ":1:9: ", "no dash"},
    {"10.0.0.1\xc2\xa0", ":1:1: '10.0.0.1\\xc2\\xa0'", "not an IP address"},
    {"\"10.0.0.1\"", ":1:1: ", "not an IP address"},
};

constexpr Bad kBadInFiles[] = {
    {"10.0.0.1\n# ok\n  10.0.0.2, 10.0.0.999\n", ":3:13: '10.0.0.999'", "not an IP address"},
    {"\xef\xbb\xbf"
     "b!d",
     ":1:1: 'b!d'", "host name"},
    {"\xef\xbb", ":1:1: ", "not plain text"},
    {"\xff\xfe"
     "1",
     ":1:1: '\\xff\\xfe1'", "not an IP address"},
    {"10.0.0.1\n\xe2\x80\x93 10.0.0.5", ":2:1: ", "an address is missing"},
    // Words that are not names.
    {"IP, COMMENTS\n192.168.0.4, Motor Controller\n", ":1:1: 'IP'", "--names looks such names up"},
    {"192.168.0.4, motor", ":1:14: 'motor'", "nor a host name with a dot"},
    {"range = 10.0.0.1", ":1:1: 'range'", "nor a host name with a dot"},
    {"printer", ":1:1: 'printer'", "nor a host name with a dot"},
    {"printer.", ":1:1: 'printer.'", "nor a host name with a dot"},
    {"192.168.0.4, motor.example", ":1:14: ", "'motor.example' is not alone on its line"},
    {"motor.example 192.168.0.4", ":1:1: ", "is not alone on its line"},
    {"motor.example pump.example", ":1:1: ", "is not alone on its line"},
    {"10.0.0.1\n, motor.example", ":2:3: ", "is not alone on its line"},
    {"example.com/24", ":1:1: ", "is not alone on its line"},
    {"a.example - b.example", ":1:1: ", "is not alone on its line"},
};

constexpr Bad kBadAsValues[] = {
    {"", ": ", "no address given"},
    {" \n", ": ", "no address given"},
    {"# comment", ", character 1: ", "in a file only"},
    {"10.0.0.1 #x", ", character 10: ", "in a file only"},
    {"example.com/24", ", character 12: ", "cannot be continued"},
    {"range = 10.0.0.1", ", character 7: '='", "not an IP address"},
    {"a.example - b.example", ", character 11: ", "cannot be continued"},
    {"-10.0.0.5", ", character 1: ", "an address is missing"},
    {"10.0.0.1\n- 10.0.0.5", ", line 2, character 1: ", "an address is missing"},
    {"10.0.0.1,foo!", ", character 10: 'foo!'", "host name"},
};

TEST(TargetParser, ReadsEveryFormOfAnAddressInValuesAndFiles) {
  for (const Good& row : kGoodAnywhere) {
    EXPECT_EQ(value(row.text), row.ranges) << row.text;
    EXPECT_EQ(file(row.text), row.ranges) << row.text;
  }
}

TEST(TargetParser, TakesNamesOfAnyFormWhereTheyAreMeant) {
  for (const Good& row : kGoodAsValues) EXPECT_EQ(value(row.text), row.ranges) << row.text;
  const std::string_view list = "printer\nprinter:631\na.example";
  EXPECT_EQ(file(list, ListKind::kTargetsAndAnyName), "a.example printer printer:631");
  EXPECT_THAT(file("printer scanner", ListKind::kTargetsAndAnyName), HasSubstr("not alone"));
  // Excluding too much does no harm.
  EXPECT_EQ(file("10.0.0.4, motor", ListKind::kExcludes), "10.0.0.4 motor");
}

TEST(TargetParser, ReadsNoWordWithoutEnd) {
  TargetList list;
  for (const ListKind kind : {ListKind::kTargets, ListKind::kExcludes}) {
    EXPECT_FALSE(load_target_file("/dev/zero", kind, list));
  }
  const std::string longest(272, 'a');
  EXPECT_THAT(value("fe80::1%" + longest), HasSubstr("'fe80::1%aaa"));
  EXPECT_THAT(value(longest + longest), HasSubstr("aaa...' is not an IP address"));
}

TEST(TargetParser, ReadsFilesWithComments) {
  for (const Good& row : kGoodInFiles) EXPECT_EQ(file(row.text), row.ranges) << row.text;
}

TEST(TargetParser, NamesPlaceAndFixOfWhatIsWrong) {
  for (const Bad& row : kBadAnywhere) {
    EXPECT_THAT(file(row.text),
                AllOf(StartsWith("error " + std::string(row.place)), HasSubstr(row.fix)))
        << row.text;
    EXPECT_THAT(value(row.text), AllOf(StartsWith("error --range, character "), HasSubstr(row.fix)))
        << row.text;
  }
}

TEST(TargetParser, CountsLinesAndColumnsOfFiles) {
  for (const Bad& row : kBadInFiles) {
    EXPECT_THAT(file(row.text),
                AllOf(StartsWith("error " + std::string(row.place)), HasSubstr(row.fix)))
        << row.text;
  }
}

TEST(TargetParser, TakesNoCommentAndNoNothingForAValue) {
  for (const Bad& row : kBadAsValues) {
    EXPECT_THAT(value(row.text),
                AllOf(StartsWith("error --range" + std::string(row.place)), HasSubstr(row.fix)))
        << row.text;
  }
}

TEST(TargetParser, LeavesTheSetAloneAfterAnError) {
  TargetList list;
  ASSERT_TRUE(parse_targets("10.0.0.1", "--range", ListKind::kTargets, list));
  EXPECT_FALSE(
      parse_targets("10.0.0.2 a a:1 10.0.0.1:1 oops!", "--range", ListKind::kTargets, list));
  EXPECT_FALSE(
      load_target_file(TemporaryFile("10.0.0.3\noops!\n").path(), ListKind::kTargets, list));
  EXPECT_EQ(joined(std::move(list)), "10.0.0.1");
}

TEST(TargetParser, KeepsPortsOutOfExcludesAndNamesOutOfAddresses) {
  EXPECT_EQ(value("10.0.0.1 example.com", ListKind::kExcludes), "10.0.0.1 example.com");
  EXPECT_THAT(value("10.0.0.1:80", ListKind::kExcludes), HasSubstr("only whole addresses"));
  EXPECT_THAT(value("example.com:80", ListKind::kExcludes), HasSubstr("only whole addresses"));
  EXPECT_EQ(value("10.0.0.1,fd09::1", ListKind::kAddresses), "10.0.0.1 fd09::1");
  EXPECT_THAT(value("eth0", ListKind::kAddresses), HasSubstr("a host name cannot stand here"));
  EXPECT_THAT(value("10.0.0.1:80", ListKind::kAddresses), HasSubstr("only whole addresses"));
  EXPECT_THAT(value("fe80::1%eth0", ListKind::kAddresses), HasSubstr("with -e"));
}

TEST(TargetParser, RefusesFilesThatCannotBeRead) {
  TargetList list;
  EXPECT_THAT(message_of(load_target_file("/nowhere/exclude.txt", ListKind::kExcludes, list)),
              AllOf(StartsWith("/nowhere/exclude.txt: "), HasSubstr("No such file")));
  EXPECT_THAT(message_of(load_target_file("/tmp", ListKind::kExcludes, list)),
              AllOf(StartsWith("/tmp: "), HasSubstr("Is a directory")));
  EXPECT_THAT(message_of(load_target_file("", ListKind::kExcludes, list)),
              HasSubstr("No such file"));
  EXPECT_EQ(load_target_file("/tmp", ListKind::kExcludes, list).error().fault, Fault::kUsage);
}

TEST(TargetParser, ReadsStandardInput) {
  const TemporaryFile file("10.0.0.1\n");
  ASSERT_NE(std::freopen(file.path().c_str(), "r", stdin), nullptr);
  TargetList list;
  ASSERT_TRUE(load_target_file("-", ListKind::kTargets, list));
  EXPECT_EQ(joined(std::move(list)), "10.0.0.1");
}

TEST(TargetParser, ReadsTheGoldenExcludeFile) {
  TargetList list;
  const Result<void> loaded =
      load_target_file(MASSCAN_GOLDEN_DIR "/echo/fixtures/exclude.txt", ListKind::kExcludes, list);
  ASSERT_TRUE(loaded) << message_of(loaded);
  EXPECT_EQ(joined(std::move(list)), "10.0.0.0/30 10.0.0.16/28 10.0.0.200 10.0.0.202");
}

// For one of these lengths the end of the read buffer is at each position within an item.
TEST(TargetParser, ReadsItemsAcrossTheEndOfItsBuffer) {
  for (std::size_t filler = 65536 - 30; filler < 65536 + 2; ++filler) {
    EXPECT_EQ(file(std::string(filler, ' ') + "10.0.0.1 \xe2\x80\x93 10.0.0.5\r\n#\n- x\nfd09::2"),
              "10.0.0.1-10.0.0.5 fd09::2");
  }
}

net::AddressRange any_address_range() {
  const auto any = [] { return *rc::gen::resize(1000, rc::gen::arbitrary<std::uint64_t>()); };
  const std::uint64_t size = any() >> *rc::gen::inRange(0, 64);
  if (*rc::gen::arbitrary<bool>()) {
    const auto first = static_cast<std::uint32_t>(any());
    const auto last =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(first + (size >> 32), ~0u));
    return {net::Ipv4Address(first), net::Ipv4Address(last)};
  }
  const Uint128 first = make_uint128(any(), any() >> 1);
  return {net::Ipv6Address(first), net::Ipv6Address(first + (size >> 1))};
}

RC_GTEST_PROP(TargetParser, ReadsBackWhatItDescribes, ()) {
  AddressSet set;
  std::string text;
  for (int i = *rc::gen::inRange(1, 20); i > 0; --i) set.add(any_address_range());
  for (const std::string& range : describe(set))
    text += range + *rc::gen::element(",", "\n", " , ");
  const Result<AddressSet> again = parse_addresses(text, "test");
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == set);
}

long peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// The full size, 30 million addresses, was measured by hand: 258 MB.
TEST(TargetParser, LoadsManyAddressesInLittleMemory) {
  constexpr int kAddresses = test::all_or(1'000'000, 100'000);
  Random random(1);
  std::string text;
  std::vector<std::uint32_t> numbers;  // the oracle
  numbers.reserve(kAddresses);
  for (int i = 0; i < kAddresses; ++i) {
    numbers.push_back(static_cast<std::uint32_t>(random.next()));
    text += to_string(net::Ipv4Address(numbers.back())) + '\n';
  }
  const TemporaryFile file(text);
  const long before = peak_memory_kib();
  TargetList list;
  ASSERT_TRUE(load_target_file(file.path(), ListKind::kTargets, list));
  AddressSet set;
  set.add(std::move(list.ranges));
  EXPECT_LT(peak_memory_kib() - before, 64 * 1024);

  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  EXPECT_EQ(set.count(), numbers.size());
  for (const std::uint32_t number : numbers) ASSERT_TRUE(set.contains(net::Ipv4Address(number)));
}

}  // namespace
}  // namespace masscan::targets
