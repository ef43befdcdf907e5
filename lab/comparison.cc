#include "lab/comparison.h"

#include <fmt/core.h>

#include <array>

#include "base/text.h"
#include "lab/services.h"

namespace masscan {
namespace {

constexpr std::string_view kNameBegin = "sim_";

std::string name_of(std::uint64_t hash) {
  std::string name(kNameBegin);
  name.resize(kNameBegin.size() + NAME_DIGITS);
  write_name(hash, &name[kNameBegin.size()]);
  return name;
}

std::uint64_t hash_of(const truth& network, const net::IpAddress& address, std::uint16_t port) {
  return truth_service(network.key, address.high(), address.low(), port);
}

// Takes the next of the columns that single blanks divide; the last one takes all that is left.
std::string_view take_column(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view column = line.substr(0, end);
  line.remove_prefix(end == line.npos ? line.size() : end + 1);
  return column;
}

// Returns the one name of a text; empty if it has none or several.
std::string_view name_in(std::string_view text) {
  std::string_view name;
  for (std::size_t at = text.find(kNameBegin); at != text.npos;
       at = text.find(kNameBegin, at + 1)) {
    const std::string_view next = text.substr(at, kNameBegin.size() + NAME_DIGITS);
    if (!name.empty() && next != name) return {};
    name = next;
  }
  return name;
}

bool has_one_text(std::string_view protocol) {
  return protocol == "title" || protocol == "ssh" || protocol == "ftp";
}

}  // namespace

std::optional<Spoken> spoken_at(const truth& network, const net::IpAddress& address,
                                std::uint16_t port) {
  const std::uint64_t hash = hash_of(network, address, port);
  const std::string name = name_of(hash);
  switch (service_of(hash)) {
    case SERVICE_WEB:
      return Spoken{"title", name};
    case SERVICE_SHELL:
      return Spoken{"ssh", fmt::format("SSH-2.0-{}\\x0d\\x0a", name)};
    case SERVICE_FILES:
      return Spoken{"ftp",
                    fmt::format("220 {0} FTP server ready\\x0a530 {0} wants a login first", name)};
    case SERVICE_RESETTING:
    case SERVICE_SILENT:
      return std::nullopt;
  }
  return std::nullopt;
}

void Comparison::read_line(std::string_view line) {
  if (line.empty() || line.starts_with('#')) return;
  const std::string_view state = take_column(line);
  take_column(line);  // tcp
  const auto port = parse_number<std::uint16_t>(take_column(line));
  const auto address = net::IpAddress::parse(take_column(line));
  take_column(line);  // the time
  if (!port || !address || (state != "open" && state != "banner")) {
    ++unread_;
    return;
  }
  Reported& reported = reported_[{*address, *port}];
  if (state == "open") {
    ++reported.opens;
    return;
  }
  const std::string_view row = line;
  if (has_one_text(take_column(line))) {
    ++reported.texts;
    reported.text = row;
  }
  const std::string_view name = name_in(line);
  if (reported.name.empty()) reported.name = name;
  if (name.empty() || name != reported.name) reported.is_mixed = true;
}

void Comparison::expect(const truth& network, const net::IpAddress& address, std::uint16_t port) {
  ++open_;
  const auto spoken = spoken_at(network, address, port);
  if (spoken) ++banners_;
  const auto found = reported_.find({address, port});
  if (found == reported_.end()) {
    ++open_missing_;
    if (spoken) ++banners_missing_;
    return;
  }
  const Reported reported = std::move(found->second);
  reported_.erase(found);
  if (reported.opens == 0) ++open_missing_;
  if (reported.opens > 1 || reported.texts > 1) ++twice_;
  if (spoken && reported.texts == 0) ++banners_missing_;
  const std::string expected = spoken ? fmt::format("{} {}", spoken->protocol, spoken->text) : "";
  const bool is_named = !reported.name.empty();
  const bool has_own_name = reported.name == name_of(hash_of(network, address, port));
  if (reported.is_mixed || (is_named && !has_own_name) || reported.text != expected)
    banners_wrong_ += reported.texts > 0 || is_named || reported.is_mixed;
}

std::string Comparison::summary() const {
  const std::array<std::pair<std::string_view, std::uint64_t>, 8> counts = {
      {{"open", open_},
       {"open_missing", open_missing_},
       {"open_false", reported_.size()},
       {"banners", banners_},
       {"banners_missing", banners_missing_},
       {"banners_wrong", banners_wrong_},
       {"twice", twice_},
       {"unread", unread_}}};
  std::string text;
  for (const auto& [name, number] : counts) text += fmt::format("{} {}\n", name, number);
  return text;
}

}  // namespace masscan
