// What the protocols of this folder ask, and what they read out of recorded streams.
#include <gtest/gtest.h>

#include "protocols/web/http_message.h"
#include "protocols/web/protocols.h"
#include "support/recorded_streams.h"

namespace masscan::protocols {
namespace {

using banner::StreamSettings;
using banner::StreamStep;

struct Row {
  const char* recorded;
  std::vector<std::string> texts;  // a "*" at the end stands for any
  std::string software;
};

const Row kRows[] = {
    {"http_1",
     {"http.server: nginx/1.22.1",
      "http: HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 29 Nov 2026 23:43:21 GMT\r\n"
      "Content-Type: text/html\r\nContent-Length: 118\r\n"
      "Last-Modified: Sun, 29 Nov 2026 23:23:37 GMT\r\nConnection: close\r\n"
      "ETag: \"6b0cb3f9-76\"\r\nAccept-Ranges: bytes\r\n\r",
      "title: A page of the test network"},
     "nginx/1.22.1"},
    {"http_2",
     {"http.server: nginx/1.22.1",
      "http: HTTP/1.1 301 Moved Permanently\r\nServer: nginx/1.22.1\r\n"
      "Date: Sun, 29 Nov 2026 23:43:21 GMT\r\nContent-Type: text/html\r\nContent-Length: 169\r\n"
      "Connection: close\r\nLocation: https://example.org/start\r\n\r",
      "title: 301 Moved Permanently"},
     "nginx/1.22.1"},
    {"http_3",
     {"http.server: Apache/2.4.71 (Debian)", "http: HTTP/1.1 404*", "title: 404 Not Found"},
     "Apache/2.4.71 (Debian)"},
    {"http_4",
     {"http.server: lighttpd/1.4.69", "http: HTTP/1.1 200*", "title: A page of the test network"},
     "lighttpd/1.4.69"},
    {"http_5",
     {"http.server: SimpleHTTP/0.6 Python/3.11.7", "http: HTTP/1.0 200*",
      "title: A page of the test network"},
     "SimpleHTTP/0.6 Python/3.11.7"},
    {"http_6", {"http: HTTP/1.1 200*", "title: A page of the test network"}, ""},
    {"http_7",
     {"http: HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n"
      "content-type: text/html\r\nconnection: close\r\n\r"},
     ""},
    {"http_8",
     {"http.server: BaseHTTP/0.6 Python/3.11.7", "http: HTTP/1.1 200*", "title: In chunks"},
     "BaseHTTP/0.6 Python/3.11.7"},
    {"http_9", {"http.server: a", "http: HTTP/1.1 200*"}, "a"},  // compressed
    {"http_10", {"http.server: b", "http: HTTP/1.1 200 OK\nServer: b\n", "title: A"}, "b"},
    {"http_11", {"http: HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r"}, ""},
    {"http_12", {"http: HTTP/1.0 200"}, ""},
    {"http_13", {"http: HTTP/1.1 200*", "title: x"}, ""},  // a chunk of 2^64-1 bytes
    {"http_14", {"http: HTTP/1.1 200*"}, ""},              // a chunk of -1 bytes
    {"http_15", {"http: HTTP/1.1 200*"}, ""},
    {"elasticsearch_1",
     {"http: HTTP/1.1 200*",
      "elasticsearch: name=node-1, cluster_name=lab \\\"blue\\\", number=7.17.9, "
      "lucene_version=8.11.1"},
     "Elasticsearch 7.17.9"},
    {"elasticsearch_2",
     {"http: HTTP/1.1 200*",
      "elasticsearch: name=node-2, cluster_name=opensearch-cluster, distribution=opensearch, "
      "number=2.11.0, lucene_version=9.7.0"},
     "opensearch 2.11.0"},
    {"elasticsearch_3", {"http: HTTP/1.1 401*", "elasticsearch: HTTP/1.1 401 Unauthorized"}, ""},
    {"docker_1",
     {"http.server: Docker/20.10.24 (linux)", "http: HTTP/1.1 200*",
      "docker: Version=20.10.24, ApiVersion=1.41, GoVersion=go1.19.7, Os=linux, Arch=amd64, "
      "KernelVersion=6.1.0-9-amd64"},
     "Docker 20.10.24"},
    {"docker_2",
     {"http.server: Docker/20.10.24 (linux)", "http: HTTP/1.1 404*",
      "docker: HTTP/1.1 404 Not Found"},
     "Docker/20.10.24 (linux)"},
    {"etcd_1",
     {"http: HTTP/1.1 200*", "etcd: etcdserver=3.4.23, etcdcluster=3.4.0"},
     "etcd 3.4.23"},
    {"rtsp_1",
     {"rtsp: RTSP/1.0 200 OK Public: OPTIONS, DESCRIBE, TEARDOWN, SETUP, PLAY, STOP"},
     ""},
    {"rtsp_2", {"rtsp: RTSP/1.0 401 Unauthorized Server: Camera/1.0"}, "Camera/1.0"},
    {"sip_1",
     {"sip: SIP/2.0 200 OK Server: kamailio (5.6.3 (x86_64/linux))"},
     "kamailio (5.6.3 (x86_64/linux))"},
    {"xmpp_1",
     {"xmpp: version=1.0, from=example.org, features=starttls mechanisms, mechanisms=PLAIN "
      "SCRAM-SHA-1"},
     ""},
    {"xmpp_2", {"xmpp: version=1.0, from=127.0.0.1, error=host-unknown"}, ""},
    {"xmpp_3", {"xmpp: version=1.0, from=example.org, features=dialback starttls"}, ""},
    {"socks_1", {"socks: SOCKS5 authentication=none"}, ""},
    {"socks_2", {"socks: SOCKS5 authentication=username/password"}, ""},
    {"socks_3", {"socks: SOCKS5 authentication=refused"}, ""},
    {"socks_4", {"socks: SOCKS4"}, ""},
};

bool is_as_said(std::string_view text, std::string_view said) {
  if (!said.ends_with('*')) return text == said;
  said.remove_suffix(1);
  return text.starts_with(said);
}

TEST(Web, ReadsRecordedStreams) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.recorded);
    const test::RecordedStream recorded = test::recorded_stream(row.recorded);
    const test::ReadStream read = recorded.read(recorded.bytes, true);
    EXPECT_EQ(read.step, StreamStep::done());
    EXPECT_TRUE(std::ranges::equal(read.texts, row.texts, is_as_said))
        << testing::PrintToString(read);
    EXPECT_EQ(read.software, row.software);
  }
}

TEST(Web, ServicesOverHttpAreReadWhereHttpWasAskedToo) {
  for (const Row& row : kRows) {
    const test::RecordedStream recorded = test::recorded_stream(row.recorded);
    if (!recorded.bytes.starts_with("HTTP/1.")) continue;
    EXPECT_EQ(test::read(kHttp, 80, recorded.bytes, true), recorded.read(recorded.bytes, true))
        << row.recorded;
  }
}

// Else HTTP would read them before they are.
TEST(Web, JsonIsReadToItsEnd) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
  EXPECT_EQ(test::read(kHttp, 80, head + "{\"a\":\"<title>b</title>\"", false).step,
            StreamStep::more());
}

std::string hello(const banner::StreamProtocol& protocol, const banner::Peer& peer,
                  const StreamSettings& settings = {}) {
  std::string out;
  protocol.write_hello(peer, settings, out);
  return out;
}

const banner::Peer kPeer = {.address = net::Ipv4Address(0x0a000001), .port = 80};

TEST(Web, AsksLikeAClientThatNamesItself) {
  const std::string fields =
      "User-Agent: masscan/2.0 (+https://github.com/robertdavidgraham/masscan)\r\n"
      "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(hello(kHttp, kPeer), "GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n" + fields);
  EXPECT_EQ(hello(kEtcd, kPeer), "GET /version HTTP/1.1\r\nHost: 10.0.0.1\r\n" + fields);
  const banner::Peer v6 = {.address = *net::Ipv6Address::parse("fd09::2"), .port = 8080};
  EXPECT_EQ(hello(kHttp, v6), "GET / HTTP/1.1\r\nHost: [fd09::2]:8080\r\n" + fields);
  const banner::Peer named = {.address = v6.address, .port = 80, .name = "www.example.com"};
  EXPECT_EQ(hello(kHttp, named), "GET / HTTP/1.1\r\nHost: www.example.com\r\n" + fields);
}

TEST(Web, AsksWhatTheUserWants) {
  StreamSettings settings;
  settings.http = {.method = "POST",
                   .url = "/api",
                   .version = "HTTP/1.0",
                   .user_agent = "me",
                   .host = "example.com",
                   .fields = {{"accept", "image/gif"}, {"X-Test", "1"}, {"X-Test", "2"}},
                   .removed = {"connection", "Accept-encoding"},
                   .cookies = {"sid=1", "b=2"},
                   .body = "a=1"};
  EXPECT_EQ(hello(kHttp, kPeer, settings),
            "POST /api HTTP/1.0\r\nHost: example.com\r\nUser-Agent: me\r\naccept: image/gif\r\n"
            "Content-Length: 3\r\nX-Test: 2\r\nCookie: sid=1\r\nCookie: b=2\r\n\r\na=1");
}

TEST(Web, AsksXmppServersAndClientsPortsInTheirNamespaces) {
  EXPECT_EQ(hello(kXmpp, {.address = kPeer.address, .port = 5222, .name = "example.org"}),
            "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' "
            "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
  EXPECT_NE(hello(kXmpp, {.address = kPeer.address, .port = 5269})
                .find("to='10.0.0.1' version='1.0' xmlns='jabber:server'"),
            std::string::npos);
}

test::ReadStream read_page(std::string_view page, const StreamSettings& settings = {}) {
  return test::read(kHttp, 80, page, false, settings);
}

TEST(Web, PagesAreReadToTheirTitleUnlessTheyAreKept) {
  const std::string page =
      "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n<title>1</title><html>text of the page</html";
  const std::string part = page.substr(0, page.find("<html>"));
  EXPECT_EQ(read_page(part).step, StreamStep::done());
  const StreamSettings keeps_html{.keeps_html = true};
  EXPECT_EQ(read_page(part, keeps_html).step, StreamStep::more());
  const test::ReadStream kept = read_page(page, keeps_html);
  EXPECT_EQ(kept.step, StreamStep::done());
  ASSERT_EQ(kept.texts.size(), 3u);
  EXPECT_EQ(kept.texts[2], "html: <title>1</title><html>text of the page</");
}

TEST(Web, PagesAreReadUpToTheirLengthOr64KiB) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
  EXPECT_EQ(read_page(head + "4\r\n\r\nabc").step, StreamStep::more());
  EXPECT_EQ(read_page(head + "4\r\n\r\nabcd").step, StreamStep::done());
  std::string page = head + "1000000\r\n\r\n<title>";
  page.resize(banner::kMaxStreamText - 1, 'x');
  EXPECT_EQ(read_page(page).step, StreamStep::more());
  page += 'x';
  const test::ReadStream longest = read_page(page);
  EXPECT_EQ(longest.step, StreamStep::done());
  EXPECT_EQ(longest.texts.size(), 1u);  // a title without an end is none
  EXPECT_EQ(read_page(page + "</title>"), longest);
}

TEST(Web, PagesInChunksAreReadUpToTheLastOne) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n";
  EXPECT_EQ(read_page(head).step, StreamStep::more());
  EXPECT_EQ(read_page(head + "0\r\n").step, StreamStep::done());
  EXPECT_EQ(read_page(head + "no chunk\r\n").step, StreamStep::done());
}

TEST(Web, AHeadRequestHasNoBody) {
  StreamSettings settings;
  settings.http.method = "HEAD";
  EXPECT_EQ(read_page("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", settings).step,
            StreamStep::done());
}

TEST(Web, XmppStreamsAreClosed) {
  const test::RecordedStream recorded = test::recorded_stream("xmpp_1");
  EXPECT_EQ(recorded.read(recorded.bytes, false).request, "</stream:stream>");
}

TEST(Web, SocksIsReadOnlyWhereItWasAsked) {
  const StreamSettings settings;
  banner::StreamOutput out;
  const std::string answer("\x05\x00", 2);
  EXPECT_EQ(kSocks.read({.received = as_bytes(answer), .settings = settings}, out),
            StreamStep::foreign());
}

}  // namespace
}  // namespace masscan::protocols
