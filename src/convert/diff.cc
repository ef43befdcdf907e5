#include "convert/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "format/item.h"
#include "record/application.h"
#include "record/escape.h"

namespace masscan::convert {
namespace {

enum class Side : std::uint8_t { kOld, kNew };

// The key by which results of both files are compared.
struct Endpoint {
  net::IpAddress address;
  net::Port port;
  std::uint8_t ip_protocol = 0;

  auto operator<=>(const Endpoint&) const = default;
};

// A record or a banner of one of the files. `number` keeps the order of records; for a banner it is
// the index of its text.
struct Fact {
  Endpoint endpoint;
  Side side = Side::kOld;
  bool is_banner = false;
  record::PortState state = record::PortState::kUnknown;
  record::Application application = record::Application::kUnknown;
  std::uint64_t number = 0;
  std::uint32_t length = 0;
};

// The last state in each file; kUnknown if it has none.
struct States {
  record::PortState old_state = record::PortState::kUnknown;
  record::PortState new_state = record::PortState::kUnknown;
};

bool is_open(record::PortState state) {
  return state == record::PortState::kOpen || state == record::PortState::kUp;
}

// Returns how the state of an endpoint changed; empty if it did not.
std::string_view change(const States& states) {
  const bool was = is_open(states.old_state);
  const bool is = is_open(states.new_state);
  if (was == is) return {};
  if (is) return "opened";
  return states.new_state == record::PortState::kUnknown ? "gone" : "closed";
}

class Printer {
 public:
  Printer(DiffFormat format, const std::function<Result<void>(std::string_view)>& print)
      : format_(format), print_(print) {}

  Result<void> state(const Endpoint& where, std::string_view change, const States& states) {
    if (format_ == DiffFormat::kText) {
      append("{} {} {}\n", change, to_string(where.address), port(where));
    } else {
      begin_object(where, change);
      append(",\"before\":\"{}\",\"after\":\"{}\"}}\n", state_name(states.old_state),
             state_name(states.new_state));
    }
    return flush_if_full();
  }

  // An empty text stands for no banner.
  Result<void> banner(const Endpoint& where, record::Application application,
                      std::string_view before, std::string_view after) {
    std::string name;
    record::append_name(name, application);
    if (format_ == DiffFormat::kText) {
      append("changed {} {} {}: \"", to_string(where.address), port(where), name);
      record::append_text_escaped(line_, before);
      append("\" -> \"");
      record::append_text_escaped(line_, after);
      append("\"\n");
    } else {
      begin_object(where, "changed");
      append(",\"service_name\":\"{}\",\"before\":\"", name);
      record::append_json_escaped(line_, before);
      append("\",\"after\":\"");
      record::append_json_escaped(line_, after);
      append("\"}}\n");
    }
    return flush_if_full();
  }

  Result<void> flush() {
    Result<void> result = print_(line_);
    line_.clear();
    return result;
  }

 private:
  static constexpr std::size_t kFullBytes = 64 * 1024;

  template <typename... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(line_), format, std::forward<Args>(args)...);
  }

  static std::string port(const Endpoint& where) {
    return fmt::format("{}/{}", where.port.number, record::protocol_name(where.port.transport));
  }

  static std::string_view state_name(record::PortState state) {
    return state == record::PortState::kUnknown ? "none" : record::name(state);
  }

  void begin_object(const Endpoint& where, std::string_view change) {
    append("{{\"change\":\"{}\",\"ip\":\"{}\",\"port\":{},\"proto\":\"{}\"", change,
           to_string(where.address), where.port.number,
           record::protocol_name(where.port.transport));
  }

  Result<void> flush_if_full() { return line_.size() < kFullBytes ? Result<void>() : flush(); }

  DiffFormat format_;
  const std::function<Result<void>(std::string_view)>& print_;
  std::string line_;
};

class Comparison {
 public:
  explicit Comparison(Printer& printer) : printer_(printer) {}

  void add(Side side, const record::Record& record) {
    facts_.push_back({.endpoint = {record.address, record.port, known_protocol(record)},
                      .side = side,
                      .state = record.state,
                      .number = facts_.size()});
  }

  void add(Side side, const record::Banner& banner) {
    facts_.push_back({.endpoint = {banner.address, banner.port, known_protocol(banner)},
                      .side = side,
                      .is_banner = true,
                      .application = banner.application,
                      .number = texts_.size(),
                      .length = static_cast<std::uint32_t>(banner.text.size())});
    texts_ += banner.text;
  }

  Result<void> compare() {
    std::sort(facts_.begin(), facts_.end(), [this](const Fact& a, const Fact& b) {
      const auto key = [](const Fact& fact) {
        return std::tie(fact.endpoint, fact.is_banner, fact.application, fact.side);
      };
      if (key(a) != key(b)) return key(a) < key(b);
      return a.is_banner ? text(a) < text(b) : a.number < b.number;
    });
    for (std::span<const Fact> rest(facts_); !rest.empty();) {
      const std::span<const Fact> group = take_while(
          rest, [&](const Fact& fact) { return fact.endpoint == rest.front().endpoint; });
      TRY(compare_endpoint(group));
      rest = rest.subspan(group.size());
    }
    return printer_.flush();
  }

 private:
  // Only binary files store the number of an IP protocol; it is ignored otherwise.
  template <typename Entry>
  static std::uint8_t known_protocol(const Entry& entry) {
    return entry.port.transport == net::Transport::kIp ? entry.ip_protocol : std::uint8_t{0};
  }

  template <typename Predicate>
  static std::span<const Fact> take_while(std::span<const Fact> facts, Predicate belongs) {
    const auto end = std::find_if_not(facts.begin(), facts.end(), belongs);
    return facts.first(static_cast<std::size_t>(end - facts.begin()));
  }

  std::string_view text(const Fact& fact) const {
    return std::string_view(texts_).substr(fact.number, fact.length);
  }

  // REQUIRES: records come before banners, and the older file before the newer one.
  Result<void> compare_endpoint(std::span<const Fact> facts) {
    const std::span<const Fact> records =
        take_while(facts, [](const Fact& fact) { return !fact.is_banner; });
    States states;
    for (const Fact& fact : records) {
      (fact.side == Side::kOld ? states.old_state : states.new_state) = fact.state;
    }
    const std::string_view warning = change(states);
    if (!warning.empty()) TRY(printer_.state(facts.front().endpoint, warning, states));
    for (std::span<const Fact> rest = facts.subspan(records.size()); !rest.empty();) {
      const std::span<const Fact> group = take_while(
          rest, [&](const Fact& fact) { return fact.application == rest.front().application; });
      TRY(compare_banners(group));
      rest = rest.subspan(group.size());
    }
    return {};
  }

  // Compares the distinct banners that only one side has. The first of one side is reported as
  // changed to the first of the other.
  Result<void> compare_banners(std::span<const Fact> facts) {
    std::vector<std::string_view> texts[2], only[2];
    for (const Fact& fact : facts) {
      auto& side = texts[static_cast<std::size_t>(fact.side)];
      if (side.empty() || side.back() != text(fact)) side.push_back(text(fact));
    }
    for (const std::size_t side : {0, 1}) {
      std::set_difference(texts[side].begin(), texts[side].end(), texts[1 - side].begin(),
                          texts[1 - side].end(), std::back_inserter(only[side]));
    }
    for (std::size_t i = 0; i < std::max(only[0].size(), only[1].size()); ++i) {
      TRY(printer_.banner(facts.front().endpoint, facts.front().application,
                          i < only[0].size() ? only[0][i] : "",
                          i < only[1].size() ? only[1][i] : ""));
    }
    return {};
  }

  Printer& printer_;
  std::vector<Fact> facts_;
  std::string texts_;
};

}  // namespace

Result<void> diff(const Request& request, DiffFormat format, const Note& note,
                  const std::function<Result<void>(std::string_view)>& print) {
  Printer printer(format, print);
  Comparison comparison(printer);
  const std::stop_token stop = request.stop();
  for (const Side side : {Side::kOld, Side::kNew}) {
    const std::string& file = request.files[static_cast<std::size_t>(side)];
    Result<void> read = read_selected(file, request, note, [&](const format::FileItem& parsed) {
      if (const auto* record = std::get_if<record::Record>(&parsed)) comparison.add(side, *record);
      if (const auto* banner = std::get_if<record::Banner>(&parsed)) comparison.add(side, *banner);
      return !stop.stop_requested();
    });
    if (stop.stop_requested()) return request.interrupts->error();
    TRY(std::move(read));
  }
  return comparison.compare();
}

}  // namespace masscan::convert
