// XMPP (RFC 6120, 4): the version of a server's stream, and what it offers before a login.
#include <optional>

#include "banner/facts.h"
#include "banner/lines.h"
#include "base/text.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kServerPort = 5269;
constexpr std::uint16_t kPorts[] = {5222, kServerPort};
constexpr std::string_view kEnd = "</stream:stream>";

void write_hello(const banner::Peer& peer, const banner::StreamSettings&, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='jabber:{}'"
                 " xmlns:stream='http://etherx.jabber.org/streams'>",
                 peer.name.empty() ? to_string(peer.address) : peer.name,
                 peer.port == kServerPort ? "server" : "client");
}

// Tells whether the text is a stream, whose XML declaration is short.
Match begins_stream(std::string_view text) {
  constexpr std::size_t kMaxDeclaration = 128;
  const Match match = banner::begins_with(text, "<?xml");
  if (match == Match::kMaybe) return match;
  if (match == Match::kYes) {
    const std::size_t end = text.find("?>");
    if (end > kMaxDeclaration) return text.size() > kMaxDeclaration ? Match::kNo : Match::kMaybe;
    text.remove_prefix(end + 2);
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  }
  return banner::begins_with(text, "<stream:stream");
}

struct Tag {
  std::string_view before;  // the text between the last tag and this one
  std::string_view name;
  std::string_view attributes;
  bool is_begin = false;
  bool is_end = false;  // of "<name/>" both
};

std::optional<Tag> take_tag(std::string_view& xml) {
  const std::size_t begin = xml.find('<');
  const std::size_t end = xml.find('>', begin);
  if (end == std::string_view::npos) return std::nullopt;
  Tag tag{.before = xml.substr(0, begin)};
  std::string_view inside = xml.substr(begin + 1, end - begin - 1);
  xml.remove_prefix(end + 1);
  tag.is_begin = !inside.starts_with('/');
  tag.is_end = !tag.is_begin || inside.ends_with('/');
  if (!tag.is_begin) inside.remove_prefix(1);
  tag.name = inside.substr(0, inside.find_first_of(" \t\r\n/"));
  tag.attributes = inside.substr(tag.name.size());
  return tag;
}

std::string_view attribute(const Tag& tag, std::string_view name) {
  const std::size_t at = tag.attributes.find(fmt::format(" {}=", name));
  if (at == std::string_view::npos) return {};
  std::string_view value = tag.attributes.substr(at + name.size() + 2);
  if (value.empty()) return {};
  const std::size_t end = value.find(value.front(), 1);
  return end == std::string_view::npos ? std::string_view() : value.substr(1, end - 1);
}

// What a stream said before its first stanza was complete.
struct Opening {
  std::string_view version;
  std::string_view from;
  std::string features;
  std::string mechanisms;
  std::string error;
  bool is_complete = false;
};

void add_word(std::string& list, std::string_view word) {
  if (!list.empty()) list += ' ';
  list += word;
}

Opening read_opening(std::string_view xml) {
  Opening opening;
  std::size_t depth = 0;
  std::string_view parent;  // of depth 2
  while (const auto tag = take_tag(xml)) {
    if (tag->name.starts_with('?')) continue;
    depth += tag->is_begin ? 1 : 0;
    if (tag->is_begin && depth == 1) {
      opening.version = attribute(*tag, "version");
      opening.from = attribute(*tag, "from");
    }
    if (depth == 2) parent = tag->name;
    if (tag->is_begin && depth == 3 && parent == "stream:features") {
      add_word(opening.features, tag->name);
    }
    if (tag->is_begin && depth == 3 && parent == "stream:error" && tag->name != "text") {
      add_word(opening.error, tag->name);
    }
    if (tag->name == "mechanism" && !tag->is_begin) add_word(opening.mechanisms, tag->before);
    if (!tag->is_end) continue;
    if (depth <= 2) {
      opening.is_complete = true;
      break;
    }
    --depth;
  }
  return opening;
}

StreamStep read_xmpp(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view xml = as_text(stream.received).substr(0, banner::kMaxStreamText);
  const bool has_ended = stream.has_ended || xml.size() == banner::kMaxStreamText;
  const Match match = begins_stream(xml);
  if (match == Match::kMaybe && !has_ended) return StreamStep::more();
  if (match != Match::kYes) return StreamStep::foreign();
  const Opening opening = read_opening(xml);
  if (!opening.is_complete && !has_ended) return StreamStep::more();
  std::string text;
  banner::Facts facts(text);
  facts.add("version", opening.version);
  facts.add("from", opening.from);
  facts.add("features", opening.features);
  facts.add("mechanisms", opening.mechanisms);
  facts.add("error", opening.error);
  out.add(record::Application::kXmpp, text);
  out.request = kEnd;
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kXmpp = {
    .name = "xmpp", .ports = kPorts, .write_hello = write_hello, .read = read_xmpp};

}  // namespace masscan::protocols
