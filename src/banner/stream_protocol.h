// A protocol over TCP: what a client says, and how to read what a service says. A protocol is one
// file in src/protocols and one row of its table (protocols/stream_table.cc).
//
// A protocol is a pure function of all that the service has said so far. So a conversation needs no
// state besides those bytes, every split of a stream into segments gives the same text, and what
// was sent can be made again. Clients only ask: a greeting, a version, a status. None logs in or
// changes the state of a service.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "banner/stream_settings.h"
#include "base/bytes.h"
#include "base/text.h"
#include "net/ip_address.h"
#include "record/application.h"
#include "record/banner.h"

namespace masscan::banner {

constexpr std::size_t kMaxStreamText = std::size_t{1} << 16;  // bytes of one text

// Whom we talk to.
struct Peer {
  net::IpAddress address;
  std::uint16_t port = 0;
  std::string_view name{};  // the target's, if the user gave one
};

// What a reader reads.
struct Stream {
  Bytes received;          // all that the service has said so far, from its first byte on
  bool has_ended = false;  // it will say nothing more, or nobody will wait for it
  bool was_asked = false;  // we sent the protocol's hello
  Peer peer{};
  const StreamSettings& settings;
};

// What a reader says about a stream.
struct StreamStep {
  enum class Kind : std::uint8_t {
    kForeign,  // the service does not speak this protocol
    kMore,     // more bytes are needed to tell, or to read on
    kSend,     // it does; `requests` requests are due by now, of which the output has the last
    kDone,     // it does; the texts are complete. A request in the output is a goodbye
  };

  Kind kind = Kind::kForeign;
  unsigned requests = 0;  // the hello does not count

  static constexpr StreamStep foreign() { return {Kind::kForeign}; }
  static constexpr StreamStep more() { return {Kind::kMore}; }
  static constexpr StreamStep send(unsigned requests) { return {Kind::kSend, requests}; }
  static constexpr StreamStep done() { return {Kind::kDone}; }
  bool operator==(const StreamStep&) const = default;
};

// What a reader writes. Texts are raw bytes; formats escape them.
class StreamOutput {
 public:
  struct Text {
    record::Application application;
    std::string text;
  };

  // Adds a text, cut at kMaxStreamText bytes. Texts are reported in this order.
  void add(record::Application application, std::string_view text) {
    texts_.push_back({application, std::string(text.substr(0, kMaxStreamText))});
  }
  const std::vector<Text>& texts() const { return texts_; }
  // Sets the name and version of the program as the service states them: "nginx/1.22.1". Blanks
  // around them are removed, and it is cut at record::kMaxSoftwareBytes.
  void state_software(std::string_view software) {
    software_ = trim(trim(software).substr(0, record::kMaxSoftwareBytes));
  }
  const std::string& software() const { return software_; }
  void clear() { *this = {}; }

  std::string request;  // what is to be sent (StreamStep)

 private:
  std::vector<Text> texts_;
  std::string software_;
};

struct StreamProtocol {
  std::string_view name;                 // "redis"
  std::span<const std::uint16_t> ports;  // where it is expected
  // What the client says first; both empty: the service speaks first.
  std::string_view hello{};
  void (*write_hello)(const Peer& peer, const StreamSettings& settings, std::string& out) = nullptr;
  // Reads a stream, whose bytes may be anything. Pure.
  // ENSURES: texts come only with kDone. With `has_ended` it is kDone or kForeign; a longer stream
  // gives the same kDone and texts as the shortest one.
  StreamStep (*read)(const Stream& stream, StreamOutput& out) = nullptr;

  bool has_hello() const { return !hello.empty() || write_hello != nullptr; }
};

}  // namespace masscan::banner
