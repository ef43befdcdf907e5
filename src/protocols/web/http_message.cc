#include "protocols/web/http_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "banner/facts.h"
#include "base/text.h"
#include "protocols/device/header_fields.h"
#include "protocols/web/json_services.h"

namespace masscan::protocols {
namespace {

using banner::Match;

constexpr std::uint16_t kHttpPort = 80;

std::string_view or_else(std::string_view value, std::string_view usual) {
  return value.empty() ? usual : value;
}

std::string host_of(const banner::Peer& peer) {
  std::string host(peer.name);
  if (host.empty()) host = to_string(peer.address);
  if (peer.name.empty() && peer.address.is_v6()) host = '[' + host + ']';
  return peer.port == kHttpPort ? host : fmt::format("{}:{}", host, peer.port);
}

void set_field(std::vector<banner::HttpField>& fields, const banner::HttpField& field) {
  const auto found = std::ranges::find_if(
      fields, [&](const auto& other) { return is_same_name(other.name, field.name); });
  if (found == fields.end()) {
    fields.push_back(field);
  } else {
    *found = field;
  }
}

// No more of the stream will be read.
bool has_all(const banner::Stream& stream) {
  return stream.has_ended || stream.received.size() >= banner::kMaxStreamText;
}

// Returns the position behind the blank line; npos if it is not there.
std::size_t end_of_head(std::string_view text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at)) {
    ++at;
    if (text.substr(at).starts_with('\n')) return at + 1;
    if (text.substr(at).starts_with("\r\n")) return at + 2;
  }
  return std::string_view::npos;
}

bool has_no_body(std::string_view head, const banner::HttpRequest& request) {
  const std::string_view status = head.substr(std::min(head.find(' '), head.size() - 1) + 1);
  return request.method == "HEAD" || status.starts_with('1') || status.starts_with("204") ||
         status.starts_with("304");
}

// Appends the data of chunks (RFC 9112, 7.1). Returns true if the last one is there; bytes that are
// no chunk end the body too.
bool take_chunks(std::string_view text, std::string& body) {
  while (const auto line = banner::take_line(text)) {
    const auto size = parse_number<std::uint64_t>(trim(line->substr(0, line->find(';'))), 16);
    if (!size || *size == 0) return true;
    body += text.substr(0, *size);
    if (*size >= text.size()) return false;
    text.remove_prefix(*size);
    if (!banner::take_line(text)) return false;
  }
  return false;
}

// Returns true if the body is complete.
bool take_body(const MessageHead& head, std::string& body) {
  if (to_lower(header_field(head.text, "Transfer-Encoding")).ends_with("chunked")) {
    return take_chunks(head.rest, body);
  }
  const auto length = parse_number<std::uint64_t>(header_field(head.text, "Content-Length"));
  body = head.rest.substr(0, length.value_or(head.rest.size()));
  return length && body.size() == *length;
}

// Of a tag.
bool ends_name(char c) { return c == '>' || is_blank(c); }

}  // namespace

void write_http_request(const banner::Peer& peer, const banner::StreamSettings& settings,
                        std::string_view path, std::string& out) {
  const banner::HttpRequest& request = settings.http;
  std::vector<banner::HttpField> fields = {
      {"Host", std::string(or_else(request.host, host_of(peer)))},
      {"User-Agent", std::string(or_else(request.user_agent, kUserAgent))},
      {"Accept", "*/*"},
      {"Accept-Encoding", "identity"},
      {"Connection", "close"}};
  if (!request.body.empty()) {
    fields.push_back({"Content-Length", fmt::format("{}", request.body.size())});
  }
  for (const banner::HttpField& field : request.fields) set_field(fields, field);
  for (const std::string& name : request.removed) {
    std::erase_if(fields, [&](const auto& field) { return is_same_name(field.name, name); });
  }
  for (const std::string& cookie : request.cookies) fields.push_back({"Cookie", cookie});
  fmt::format_to(std::back_inserter(out), "{} {} {}\r\n", or_else(request.method, "GET"), path,
                 or_else(request.version, "HTTP/1.1"));
  for (const auto& [name, value] : fields) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
  }
  out += "\r\n" + request.body;
}

MessageHead read_head(const banner::Stream& stream, std::string_view opening) {
  const std::string_view text = as_text(stream.received).substr(0, banner::kMaxStreamText);
  const bool has_ended = has_all(stream);
  MessageHead head{.match = banner::begins_with(text, opening), .text = text};
  const std::size_t end = head.match == Match::kYes ? end_of_head(text) : std::string_view::npos;
  if (end != std::string_view::npos) {
    head.text = text.substr(0, end - 1);
    head.rest = text.substr(end);
  } else if (head.match == Match::kMaybe && has_ended) {
    head.match = Match::kNo;
  } else if (head.match == Match::kYes && !has_ended) {
    head.match = Match::kMaybe;
  }
  return head;
}

HttpAnswer read_http_answer(const banner::Stream& stream) {
  HttpAnswer answer{.head = read_head(stream, "HTTP/1."), .is_complete = has_all(stream)};
  if (answer.head.match != Match::kYes) return answer;
  answer.is_complete |=
      has_no_body(answer.head.text, stream.settings.http) || take_body(answer.head, answer.body);
  return answer;
}

std::string http_title(const HttpAnswer& answer) {
  const std::string coding = to_lower(header_field(answer.head.text, "Content-Encoding"));
  if (!coding.empty() && coding != "identity") return {};
  const std::string lower = to_lower(answer.body);
  constexpr std::string_view kTag = "<title";
  std::size_t begin = lower.find(kTag);
  while (begin != std::string::npos && !ends_name(lower[begin + kTag.size()])) {
    begin = lower.find(kTag, begin + 1);
  }
  begin = lower.find('>', begin);
  const std::size_t end = lower.find('<', begin);
  if (end == std::string::npos) return {};
  std::string title = answer.body.substr(begin + 1, end - begin - 1);
  std::ranges::replace_if(title, is_blank, ' ');
  const auto is_run = [](char a, char b) { return a == ' ' && b == ' '; };
  title.erase(std::ranges::unique(title, is_run).begin(), title.end());
  return std::string(trim(title));
}

void add_http_texts(const HttpAnswer& answer, const banner::StreamSettings& settings,
                    banner::StreamOutput& out) {
  const auto add = [&](record::Application application, std::string_view text) {
    if (!text.empty()) out.add(application, text);
  };
  const std::string_view server = header_field(answer.head.text, "Server");
  out.state_software(server);
  add(record::Application::kHttpServer, server);
  add(record::Application::kHttp, answer.head.text);
  add(record::Application::kTitle, http_title(answer));
  if (settings.keeps_html) add(record::Application::kHtml, answer.body);
  add_service_texts(answer, out);
}

}  // namespace masscan::protocols
