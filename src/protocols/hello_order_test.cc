#include "protocols/hello_order.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "protocols/stream_table.h"

namespace masscan::protocols {
namespace {

const banner::StreamProtocol* protocol(std::string_view name) {
  for (const banner::StreamProtocol* const one : stream_protocols())
    if (one->name == name) return one;
  return nullptr;
}

TEST(HelloOrder, SpeaksFirstOnlyWhereTheUsualServiceDoesNot) {
  const HelloOrder order;
  const banner::StreamProtocol* const http = protocol("http");
  EXPECT_EQ(order.of(80), Hellos{http});
  EXPECT_EQ(order.of(389), (Hellos{protocol("ldap"), http}));
  EXPECT_EQ(order.of(22), (Hellos{nullptr, http}));
  EXPECT_EQ(order.of(49152), (Hellos{nullptr, http}));
}

TEST(HelloOrder, OfAWordIsTheSameAtEveryPort) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"http", "http"}, {"smbv1", "smb1"}, {"none", ""}};
  for (const auto& [word, name] : kWords) {
    HelloOrder order;
    order.set_word(word);
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{445}, std::uint16_t{49152}})
      EXPECT_EQ(order.of(port), Hellos{protocol(name)}) << word << ' ' << port;
  }
}

TEST(HelloOrder, KnowsTheProtocolWhoseHelloTheUserGives) {
  HelloOrder order;
  order.add_hello(4711, "JDWP-Handshake");
  EXPECT_EQ(order.of(4711), Hellos{protocol("jdwp")});
  order.add_hello(4711, "JDWP-Handshake?");
  ASSERT_EQ(order.of(4711).size(), 1U);
  EXPECT_EQ(order.of(4711).front()->name, "the user's hello");
  EXPECT_EQ(order.of(4711).front()->hello, "JDWP-Handshake?");
}

}  // namespace
}  // namespace masscan::protocols
