// POP3 (RFC 1939), IMAP (RFC 3501) and NNTP (RFC 3977): the greeting, and what the service is
// capable of.
#include <algorithm>

#include "banner/lines.h"
#include "base/text.h"
#include "protocols/text/dialogue.h"
#include "protocols/text/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;
using record::Application;
using Openings = std::span<const std::string_view>;

constexpr std::uint16_t kPop3Ports[] = {110};
constexpr std::uint16_t kImapPorts[] = {143};
constexpr std::uint16_t kNntpPorts[] = {119};
constexpr std::string_view kPop3Requests[] = {"CAPA\r\n"};
constexpr std::string_view kImapRequests[] = {"a001 CAPABILITY\r\n"};
constexpr std::string_view kNntpRequests[] = {"CAPABILITIES\r\n"};
constexpr std::string_view kPop3Greetings[] = {"+OK "};
constexpr std::string_view kPop3Refusals[] = {"-ERR "};
constexpr std::string_view kImapGreetings[] = {"* OK ", "* PREAUTH "};
constexpr std::string_view kImapRefusals[] = {"* BYE "};
constexpr std::string_view kNntpGreetings[] = {"200 ", "201 "};
constexpr std::string_view kNntpRefusals[] = {"400 ", "502 "};

// The length of an answer that has more lines, up to ".", if it begins with `success`.
std::size_t block_or_line(std::string_view text, std::string_view success) {
  return text.starts_with(success) ? length_to_line(text, ".") : line_length(text);
}

std::size_t pop3_answer_length(std::string_view text, std::size_t request) {
  return request > 0 ? block_or_line(text, "+OK") : line_length(text);
}

// The last line of an answer has the tag of the request.
std::size_t imap_answer_length(std::string_view text, std::size_t request) {
  return request > 0 ? length_to_line(text, "a001 ") : line_length(text);
}

std::size_t nntp_answer_length(std::string_view text, std::size_t request) {
  return request > 0 ? block_or_line(text, "101") : line_length(text);
}

Match begins_with_any(std::string_view text, Openings openings) {
  Match best = Match::kNo;
  for (const std::string_view opening : openings)
    best = std::max(best, banner::begins_with(text, opening));
  return best;
}

// Reads a dialogue that begins with one of the greetings, or that ends with one of the refusals.
StreamStep read_greeted(Dialogue dialogue, Openings greetings, Openings refusals,
                        const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  const Match refuses = begins_with_any(text, refusals);
  const Match match = std::max(refuses, begins_with_any(text, greetings));
  if (match == Match::kMaybe && !stream.has_ended) return StreamStep::more();
  if (match != Match::kYes) return StreamStep::foreign();
  if (refuses == Match::kYes) dialogue.requests = {};
  return read_dialogue(dialogue, stream, out);
}

StreamStep read_pop3(const banner::Stream& stream, banner::StreamOutput& out) {
  const Dialogue dialogue = {Application::kPop3, kPop3Requests, "QUIT\r\n", pop3_answer_length,
                             /*keeps_last_end=*/true};
  // Redis refuses so too.
  const Openings refusals = is_at(kPop3Ports, stream) ? Openings(kPop3Refusals) : Openings();
  return read_greeted(dialogue, kPop3Greetings, refusals, stream, out);
}

StreamStep read_imap(const banner::Stream& stream, banner::StreamOutput& out) {
  const Dialogue dialogue = {Application::kImap4, kImapRequests, "a002 LOGOUT\r\n",
                             imap_answer_length};
  return read_greeted(dialogue, kImapGreetings, kImapRefusals, stream, out);
}

// Others begin with "200 " too. Elsewhere than at its port the greeting must tell.
StreamStep read_nntp(const banner::Stream& stream, banner::StreamOutput& out) {
  const Dialogue dialogue = {Application::kNntp, kNntpRequests, "QUIT\r\n", nntp_answer_length};
  const StreamStep step = read_greeted(dialogue, kNntpGreetings, kNntpRefusals, stream, out);
  if (step == StreamStep::foreign() || step == StreamStep::more() || is_at(kNntpPorts, stream))
    return step;
  std::string_view rest = as_text(stream.received);
  const std::string greeting = to_lower(banner::take_line(rest).value_or(rest));
  const auto says = [&](std::string_view word) { return greeting.find(word) != greeting.npos; };
  if (says("nntp") || says("news") || says("posting")) return step;
  out.clear();
  return StreamStep::foreign();
}

}  // namespace

constinit const banner::StreamProtocol kPop3 = {
    .name = "pop3", .ports = kPop3Ports, .read = read_pop3};
constinit const banner::StreamProtocol kImap = {
    .name = "imap", .ports = kImapPorts, .read = read_imap};
constinit const banner::StreamProtocol kNntp = {
    .name = "nntp", .ports = kNntpPorts, .read = read_nntp};

}  // namespace masscan::protocols
