#include "output/postgres.h"

#include <gtest/gtest.h>

namespace masscan::output {
namespace {

const WallTime kTime(std::chrono::seconds(1706933106));  // 2024-02-03 04:05:06 UTC

TEST(Postgres, GetsARowPerResult) {
  const Batch batch{
      .spool = 77,
      .began = kTime,
      .entries = {{.number = 3,
                   .result = record::Record{.time = kTime,
                                            .address = net::Ipv4Address(0x0a000001),
                                            .port = {net::Transport::kTcp, 443},
                                            .state = record::PortState::kOpen,
                                            .reason = 0x12,
                                            .ttl = 64}},
                  {.number = 4,
                   .result = record::Record{.time = kTime,
                                            .address = *net::IpAddress::parse("2001:db8::1"),
                                            .port = {net::Transport::kIp, 0},
                                            .ip_protocol = 47,
                                            .state = record::PortState::kFiltered}},
                  {.number = 5,
                   .result = record::Banner{.time = kTime,
                                            .address = net::Ipv4Address(0x0a000001),
                                            .port = {net::Transport::kUdp, 53},
                                            .application = record::Application::kDnsVersion,
                                            .ttl = 63,
                                            .text = std::string_view("a\t\\\0\xff", 5)}},
                  {.number = 6,
                   .result = record::Banner{.time = kTime,
                                            .address = net::Ipv4Address(0x0a000001),
                                            .port = {net::Transport::kTcp, 80},
                                            .application = record::Application::kHttp,
                                            .ttl = 63,
                                            .text = "a",
                                            .software = std::string_view("nginx \t\0", 8)}}}};
  EXPECT_EQ(to_rows(batch),
            "77\t3\t2024-02-03 04:05:06+00\t10.0.0.1\ttcp\t443\topen\t18\t64\t\\N\t\\N\t\\N\n"
            "77\t4\t2024-02-03 04:05:06+00\t2001:db8::1\t47\t0\tfiltered\t0\t0\t\\N\t\\N\t\\N\n"
            "77\t5\t2024-02-03 04:05:06+00\t10.0.0.1\tudp\t53\t\\N\t\\N\t63\tdns-ver\t"
            "\\\\x61095c00ff\t\\N\n"
            "77\t6\t2024-02-03 04:05:06+00\t10.0.0.1\ttcp\t80\t\\N\t\\N\t63\thttp\t\\\\x61\t"
            "nginx \\\\x09\\\\x00\n");
}

TEST(Postgres, TakesWhatLibpqTakes) {
  for (const char* good : {"postgresql://user@db.example/scans", "postgres:///scans?host=/tmp",
                           "host=/tmp dbname=scans"}) {
    EXPECT_TRUE(check_postgres(good)) << good;
  }
  EXPECT_EQ(check_postgres("db.example").error().message,
            "missing \"=\" after \"db.example\" in connection info string");
}

}  // namespace
}  // namespace masscan::output
