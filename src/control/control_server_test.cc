#include "control/control_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "control/control_client.h"
#include "control/unix_socket.h"

namespace masscan::control {
namespace {

using testing::HasSubstr;

class ControlSocket : public testing::Test {
 protected:
  ~ControlSocket() override { std::filesystem::remove(path_); }

  static std::string echo(std::string_view line) { return "<" + std::string(line) + ">\n"; }

  UniqueFd connect() {
    UniqueFd client = connect_to(path_).value();
    serve();
    return client;
  }
  void serve() { server_->serve(echo); }
  static void say(const UniqueFd& client, std::string_view text) {
    ASSERT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // Returns the answers so far; "(closed)" at the end of a connection.
  static std::string hear(const UniqueFd& client) {
    std::string heard(65536, '\0');
    const ssize_t length = ::recv(client.get(), heard.data(), heard.size(), MSG_DONTWAIT);
    if (length == 0 || (length < 0 && errno == ECONNRESET)) return "(closed)";
    heard.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return heard;
  }

  std::string path_ = testing::TempDir() + "control_" + std::to_string(::getpid());
  std::unique_ptr<ControlServer> server_ = ControlServer::open(path_).value();
};

TEST_F(ControlSocket, IsAFileOnlyItsUserMayOpen) {
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ControlSocket, IsRemovedAtTheEnd) {
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(ControlSocket, AnswersEveryLineHoweverItIsCut) {
  const UniqueFd client = connect();
  say(client, "one\ntw");
  serve();
  EXPECT_EQ(hear(client), "<one>\n");
  say(client, "o\n\nthree\nfour");
  serve();
  EXPECT_EQ(hear(client), "<two>\n<>\n<three>\n");
  ::shutdown(client.get(), SHUT_WR);
  serve();
  EXPECT_EQ(hear(client), "<four>\n");
  EXPECT_EQ(hear(client), "(closed)");
}

TEST_F(ControlSocket, EndsAConnectionThatSendsALineWithoutEnd) {
  const UniqueFd client = connect();
  say(client, std::string(ControlServer::kLineBytes + 1, 'x'));
  serve();
  serve();
  EXPECT_THAT(hear(client), HasSubstr("too long"));
  EXPECT_EQ(hear(client), "(closed)");
}

TEST_F(ControlSocket, DropsAClientThatNeverReads) {
  const UniqueFd client = connect();
  const std::string lines(ControlServer::kLineBytes, '\n');
  for (int i = 0; i < 10'000; ++i) {
    static_cast<void>(
        ::send(client.get(), lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    serve();
  }
  EXPECT_EQ(::send(client.get(), "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL), -1);
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(ControlSocket, PrefersNewClientsToOldOnes) {
  const UniqueFd oldest = connect();
  std::vector<UniqueFd> others;
  for (std::size_t i = 0; i < StreamServer::kClients; ++i) others.push_back(connect());
  EXPECT_EQ(hear(oldest), "(closed)");
  say(others.back(), "hello\n");
  serve();
  EXPECT_EQ(hear(others.back()), "<hello>\n");
}

TEST_F(ControlSocket, TakesThePlaceOfOneThatDied) {
  const std::string other = path_ + "_dead";
  listen_at(other).value().reset();
  ASSERT_TRUE(std::filesystem::exists(other));
  EXPECT_TRUE(ControlServer::open(other));
  EXPECT_FALSE(std::filesystem::exists(other));
}

TEST_F(ControlSocket, LeavesWhatBelongsToOthersAlone) {
  EXPECT_THAT(ControlServer::open(path_).error().message, HasSubstr("a running scan"));
  const std::string file = path_ + "_file";
  std::ofstream(file) << "precious";
  EXPECT_THAT(ControlServer::open(file).error().message, HasSubstr("is no socket"));
  EXPECT_EQ(std::filesystem::file_size(file), 8u);
  std::filesystem::remove(file);
  EXPECT_THAT(ControlServer::open(std::string(200, 'x')).error().message, HasSubstr("at most 107"));
}

TEST_F(ControlSocket, WithoutAScanIsAnErrorOfTheClient) {
  const auto answer = ask_scan(path_ + "_missing", "status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, Fault::kRun);
  EXPECT_THAT(answer.error().message, HasSubstr("no scan listens there"));
  EXPECT_EQ(ask_scan(path_, "halt").error().fault, Fault::kUsage);
}

}  // namespace
}  // namespace masscan::control
