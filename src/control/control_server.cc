#include "control/control_server.h"

#include <unistd.h>

#include <utility>

#include "control/control_protocol.h"
#include "control/unix_socket.h"

namespace masscan::control {

namespace {

// Answers all complete lines and keeps the beginning of the next one.
StreamServer::Answer answer_lines(std::string& pending, bool has_ended,
                                  const ControlServer::Answer& answer) {
  // The last line may lack its end.
  if (has_ended && !pending.empty()) pending += '\n';
  StreamServer::Answer answers;
  std::size_t begin = 0;
  for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
    answers.text += answer(std::string_view(pending).substr(begin, end - begin));
  }
  pending.erase(0, begin);
  if (pending.size() > ControlServer::kLineBytes) {
    answers.text += refusal("the line is too long");
    answers.is_last = true;
  }
  return answers;
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(const std::string& path) {
  UniqueFd listener = TRY(listen_at(path));
  Result<StreamServer> server = StreamServer::open(std::move(listener));
  if (server) {
    return std::unique_ptr<ControlServer>(new ControlServer(path, std::move(server).value()));
  }
  files::unlink(path);
  return std::move(server).error().within("--control: " + path);
}

ControlServer::ControlServer(std::string path, StreamServer server)
    : path_(std::move(path)), server_(std::move(server)) {}

ControlServer::~ControlServer() { files::unlink(path_); }

void ControlServer::serve(const Answer& answer) {
  server_.serve([&answer](std::string& pending, bool has_ended) {
    return answer_lines(pending, has_ended, answer);
  });
}

}  // namespace masscan::control
