// HTTP: the head of the answer to GET, its server, and the title of the page.
#include "protocols/web/json_services.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

// Of the usual ports, masscan knows 80, 8080 and 8530.
constexpr std::uint16_t kPorts[] = {80,   81,   591,  3000, 5000, 8000, 8008,
                                    8080, 8081, 8088, 8530, 8888, 9080, 9090};

void write_hello(const banner::Peer& peer, const banner::StreamSettings& settings,
                 std::string& out) {
  write_http_request(peer, settings, settings.http.url.empty() ? "/" : settings.http.url, out);
}

// A page is not read further than to its title, unless it is kept or JSON.
StreamStep read_http(const banner::Stream& stream, banner::StreamOutput& out) {
  const HttpAnswer answer = read_http_answer(stream);
  if (answer.head.match == Match::kNo) return StreamStep::foreign();
  if (answer.head.match == Match::kMaybe) return StreamStep::more();
  const bool needs_body =
      stream.settings.keeps_html || is_json(answer) || http_title(answer).empty();
  if (needs_body && !answer.is_complete) return StreamStep::more();
  add_http_texts(answer, stream.settings, out);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kHttp = {
    .name = "http", .ports = kPorts, .write_hello = write_hello, .read = read_http};

}  // namespace masscan::protocols
