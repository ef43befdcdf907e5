#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "files/result_file.h"

namespace masscan::format {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const WallTime kBegan(std::chrono::seconds(1700000000));
const Format& kFormat = *find_format("nmap-xml");

record::Record record(std::string_view address, std::uint16_t port,
                      record::PortState state = record::PortState::kOpen) {
  return {.time = kBegan + 1s,
          .address = net::IpAddress::parse(address).value(),
          .port = {net::Transport::kTcp, port},
          .state = state,
          .reason = static_cast<std::uint8_t>(state == record::PortState::kOpen ? 0x12 : 0x14),
          .ttl = 64};
}

record::Banner banner(std::string_view address, std::uint16_t port, record::Application application,
                      std::string_view text) {
  return {.time = kBegan + 3s,
          .address = net::IpAddress::parse(address).value(),
          .port = {net::Transport::kTcp, port},
          .application = application,
          .ttl = 64,
          .text = text};
}

class NmapXml : public testing::Test {
 protected:
  NmapXml() { fs::create_directory(folder_); }
  ~NmapXml() override { fs::remove_all(folder_); }

  files::ResultFile open(bool append = false) const {
    return files::ResultFile::open(path_, kFormat, append, {.began = kBegan, .ports = {}}).value();
  }
  // Returns the host elements.
  std::string hosts() const {
    const std::string text = read_file(path_).value();
    const std::size_t begin =
        text.find(kFormat.enclosure->header_end) + kFormat.enclosure->header_end.size();
    return text.substr(begin, text.find(kFormat.enclosure->trailer_begin) - begin);
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("nmap_xml_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "results.xml";
};

const std::string kMerged =
    "<host starttime=\"1700000001\" endtime=\"1700000003\"><status state=\"up\" "
    "reason=\"syn-ack\" reason_ttl=\"64\"/><address addr=\"9.0.0.1\" addrtype=\"ipv4\"/>"
    "<hostnames>\n</hostnames><ports>"
    "<port protocol=\"tcp\" portid=\"80\"><state state=\"open\" reason=\"syn-ack\" "
    "reason_ttl=\"64\"/><service name=\"http\" method=\"probed\" conf=\"10\"/>"
    "<script id=\"banner\" output=\"\\x3ca\\x3e\"/><script id=\"banner\" output=\"title\"/></port>"
    "<port protocol=\"tcp\" portid=\"443\"><state state=\"closed\" reason=\"reset\" "
    "reason_ttl=\"64\"/><service name=\"https\" method=\"table\" conf=\"3\"/></port>"
    "</ports></host>\n";

void write_in_any_order(files::ResultFile& document) {
  document.write(record("9.0.0.1", 443, record::PortState::kClosed)).value();
  document.write(record("10.0.0.1", 80)).value();
  document.write(banner("9.0.0.1", 80, record::Application::kHttp, "<a>")).value();
  document.flush().value();
  document.write(record("9.0.0.1", 80)).value();
  document.write(banner("9.0.0.1", 80, record::Application::kTitle, "title")).value();
  document.write(record("fd09::1", 80)).value();
}

std::size_t count_hosts(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("<host ", at)) != std::string_view::npos; ++at) ++count;
  return count;
}

std::string reason_first(std::string text, std::string_view reason) {
  return text.replace(text.find("syn-ack"), 7, reason);
}

TEST_F(NmapXml, HasOneElementPerHostAndPortOnceItIsClosed) {
  files::ResultFile document = open();
  write_in_any_order(document);
  document.close(kBegan + 5s).value();
  const std::string text = hosts();
  EXPECT_TRUE(text.starts_with(reason_first(kMerged, "reset"))) << text;
  EXPECT_EQ(count_hosts(text), 3u);
  EXPECT_LT(text.find("\"9.0.0.1\""), text.find("\"10.0.0.1\""));
  EXPECT_LT(text.find("\"10.0.0.1\""), text.find("\"fd09::1\" addrtype=\"ipv6\""));
  EXPECT_THAT(read_file(path_).value(), HasSubstr("elapsed=\"5\" exit=\"success\"/>"
                                                  "<hosts up=\"3\" down=\"0\" total=\"3\"/>"));
}

TEST_F(NmapXml, IsWholeBeforeAndGoesOnAfterACrash) {
  {
    files::ResultFile killed = open();
    write_in_any_order(killed);
    killed.flush().value();
  }
  EXPECT_TRUE(read_file(path_).value().ends_with("</nmaprun>\n"));
  const std::string before = hosts();
  EXPECT_EQ(count_hosts(before), 6u);
  open(true).close(kBegan + 5s).value();
  const std::string text = hosts();
  EXPECT_EQ(count_hosts(text), 3u);
  // A merged file is continued, and repeated results are merged.
  files::ResultFile again = open(true);
  write_in_any_order(again);
  again.write(record("9.0.0.1", 22)).value();
  again.close(kBegan + 9s).value();
  EXPECT_THAT(hosts(), HasSubstr("portid=\"22\""));
  const std::string last = hosts();
  EXPECT_EQ(count_hosts(last), 3u);
  EXPECT_EQ(last.find("output=\"title\""), last.rfind("output=\"title\""));
}

TEST_F(NmapXml, NamesTheProductThatAServiceStates) {
  files::ResultFile document = open();
  for (const auto& [application, software] :
       {std::pair{record::Application::kHttp, "nginx \"1\""},
        std::pair{record::Application::kMysql, "MySQL 8.0.36"},
        std::pair{record::Application::kTitle, "nginx"}}) {
    record::Banner said = banner("9.0.0.1", 80, application, "a");
    said.port.number = static_cast<std::uint16_t>(application);
    said.software = software;
    document.write(said).value();
  }
  document.close(kBegan).value();
  const std::string text = hosts();
  EXPECT_THAT(text, HasSubstr("<service name=\"http\" product=\"nginx \\x221\\x22\" "
                              "method=\"probed\" conf=\"10\"/>"));
  EXPECT_THAT(text, HasSubstr("<service name=\"mysql\" product=\"MySQL 8.0.36\" "
                              "method=\"probed\" conf=\"10\"/>"));
  EXPECT_EQ(text.find("product=\"nginx\""), std::string::npos) << "a title is no service";
}

TEST_F(NmapXml, SaysWhatIsUpWithoutPorts) {
  files::ResultFile document = open();
  document
      .write({.time = kBegan,
              .address = net::IpAddress::parse("10.0.0.1").value(),
              .port = {net::Transport::kArp, 0},
              .state = record::PortState::kUp})
      .value();
  document.close(kBegan).value();
  EXPECT_EQ(hosts(),
            "<host starttime=\"1700000000\" endtime=\"1700000000\"><status state=\"up\" "
            "reason=\"arp-response\" reason_ttl=\"0\"/><address addr=\"10.0.0.1\" "
            "addrtype=\"ipv4\"/><hostnames>\n</hostnames></host>\n");
}

// Importers rely on what nmap always writes.
TEST_F(NmapXml, NamesTheServiceOfEveryPort) {
  files::ResultFile document = open();
  document.write(record("9.0.0.1", 54321)).value();
  document.write(banner("9.0.0.2", 54321, record::Application::kTitle, "title")).value();
  document.close(kBegan).value();
  const std::string unknown = "<service name=\"unknown\" method=\"table\" conf=\"3\"/>";
  EXPECT_THAT(hosts(), HasSubstr("reason_ttl=\"64\"/>" + unknown + "</port>"));
  EXPECT_THAT(hosts(), HasSubstr("reason_ttl=\"64\"/>" + unknown + "<script "));
}

TEST_F(NmapXml, StaysWholeWhereHostsCannotBeMerged) {
  files::ResultFile document = open();
  write_in_any_order(document);
  fs::rename(path_, path_ + ".moved");  // by another program
  const auto closed = document.close(kBegan);
  fs::rename(path_ + ".moved", path_);
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("cannot merge the hosts in " + path_));
  const std::string text = hosts();
  EXPECT_EQ(count_hosts(text), 6u);
}

TEST_F(NmapXml, DescribesTheScan) {
  std::string text;
  kFormat.header(text, {.began = kBegan,
                        .ports = {{net::Transport::kTcp, {80, 80}},
                                  {net::Transport::kTcp, {443, 450}},
                                  {net::Transport::kSctp, {36412, 36412}}}});
  EXPECT_THAT(text, HasSubstr("<nmaprun scanner=\"nmap\" args=\"masscan\" start=\"1700000000\""));
  EXPECT_THAT(text, HasSubstr("<scaninfo type=\"syn\" protocol=\"tcp\" numservices=\"9\" "
                              "services=\"80,443-450\"/>\n<scaninfo type=\"sctpinit\" "
                              "protocol=\"sctp\" numservices=\"1\" services=\"36412\"/>\n"));
}

}  // namespace
}  // namespace masscan::format
