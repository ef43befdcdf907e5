// merge_nmap_hosts: takes the elements that nmap_xml.cc wrote apart and puts them together anew.
#include "format/nmap_merge.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "base/mapped_memory.h"
#include "base/staged_file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "format/fields.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

// A host element of the file.
struct Element {
  net::IpAddress address;
  std::size_t begin;
};

struct Host {
  std::string_view start, end, status, address;
  std::string_view ports;  // elements
};

struct PortText {
  std::string_view protocol, number;
  std::string_view state, service, scripts;  // complete elements
};

std::optional<Host> parse_host(std::string_view element) {
  Host host;
  std::string_view rest;
  if (!match(element, "<host starttime=\"*\" endtime=\"*\"><status *<hostnames*</host>",
             {&host.start, &host.end, &host.status, &rest})) {
    return std::nullopt;
  }
  constexpr std::string_view kBegin = "<ports>";
  constexpr std::string_view kEnd = "</ports>";
  const std::size_t ports = rest.find(kBegin);
  if (ports != std::string_view::npos && rest.ends_with(kEnd)) {
    rest.remove_prefix(ports + kBegin.size());
    host.ports = rest.substr(0, rest.size() - kEnd.size());
  }
  std::string_view before, behind;
  if (!match(host.status, "*addr=\"*\"*", {&before, &host.address, &behind})) return std::nullopt;
  return host;
}

std::vector<PortText> parse_ports(std::string_view text) {
  std::vector<PortText> ports;
  constexpr std::string_view kEnd = "</port>";
  for (std::size_t end; (end = text.find(kEnd)) != std::string_view::npos;) {
    PortText port;
    std::string_view inside;
    const std::string_view element = text.substr(0, end + kEnd.size());
    text.remove_prefix(element.size());
    if (!match(element, "<port protocol=\"*\" portid=\"*\">*</port>",
               {&port.protocol, &port.number, &inside})) {
      continue;
    }
    const std::size_t scripts = std::min(inside.find("<script "), inside.size());
    const std::size_t service = std::min(inside.find("<service "), scripts);
    port.state = inside.substr(0, service);
    port.service = inside.substr(service, scripts - service);
    port.scripts = inside.substr(scripts);
    ports.push_back(port);
  }
  return ports;
}

// True if a banner implied the state; a state decided by a reply takes precedence.
bool is_implied(std::string_view state) {
  return state.find(fmt::format("reason=\"{}\"", kBannerReason)) != std::string_view::npos;
}
bool is_probed(std::string_view service) {
  return service.find("method=\"probed\"") != std::string_view::npos;
}

void append_merged_port(std::string& out, std::span<const PortText> same) {
  PortText merged = same.front();
  for (const PortText& other : same) {
    if (is_implied(merged.state)) merged.state = other.state;
    if (merged.service.empty() || (!is_probed(merged.service) && is_probed(other.service))) {
      merged.service = other.service;
    }
  }
  out += fmt::format("<port protocol=\"{}\" portid=\"{}\">{}{}", merged.protocol, merged.number,
                     merged.state, merged.service);
  const std::size_t scripts = out.size();
  for (const PortText& one : same) {
    if (out.find(one.scripts, scripts) == std::string::npos) out += one.scripts;
  }
  out += "</port>";
}

void append_merged_ports(std::string& out, std::vector<PortText> ports) {
  const auto key = [](const PortText& port) {
    return std::tuple(port.protocol, parse_number<std::uint16_t>(port.number).value_or(0));
  };
  std::stable_sort(ports.begin(), ports.end(), [&](const PortText& one, const PortText& other) {
    return key(one) < key(other);
  });
  for (auto begin = ports.cbegin(); begin != ports.cend();) {
    const auto end = std::find_if(begin, ports.cend(),
                                  [&](const PortText& port) { return key(port) != key(*begin); });
    append_merged_port(out, {begin, end});
    begin = end;
  }
}

// Reads the old file and writes the new one.
class Merge {
 public:
  Merge(std::string_view text, int fd) : text_(text), fd_(fd) {}

  bool write(const Ending& ending) {
    const std::size_t hosts =
        std::min({text_.find(kNmapXmlFormat.enclosure->record_begin),
                  text_.find(kNmapXmlFormat.enclosure->trailer_begin), text_.size()});
    find_elements(hosts);
    out_ = text_.substr(0, hosts);
    std::uint64_t count = 0;
    for (auto begin = elements_.cbegin(); begin != elements_.cend(); ++count) {
      const auto end = std::find_if(begin, elements_.cend(), [&](const Element& element) {
        return element.address != begin->address;
      });
      append({begin, end});
      begin = end;
      if (out_.size() > kBufferBytes && !flush()) return false;
    }
    Ending counted = ending;
    counted.results = count;
    kNmapXmlFormat.trailer(out_, counted);
    return flush();
  }

 private:
  std::string_view element_at(std::size_t begin) const {
    constexpr std::string_view kEnd = "</host>";
    const std::size_t end = text_.find(kEnd, begin);
    return text_.substr(begin, end == std::string_view::npos ? end : end + kEnd.size() - begin);
  }

  void find_elements(std::size_t begin) {
    while (begin < text_.size()) {
      const std::string_view element = element_at(begin);
      const auto host = parse_host(element);
      const auto address = host ? net::IpAddress::parse(host->address) : std::nullopt;
      if (address) elements_.push_back({*address, begin});
      begin += element.size() + 1;
    }
    std::sort(elements_.begin(), elements_.end(), [](const Element& one, const Element& other) {
      return std::tie(one.address, one.begin) < std::tie(other.address, other.begin);
    });
  }

  void append(std::span<const Element> elements) {
    const Host first = *parse_host(element_at(elements.front().begin));
    std::string_view end = first.end;
    std::vector<PortText> ports;
    for (const Element& element : elements) {
      const Host host = *parse_host(element_at(element.begin));
      end = std::max(end, host.end);  // of equal length until the year 2286
      const std::vector<PortText> more = parse_ports(host.ports);
      ports.insert(ports.end(), more.begin(), more.end());
    }
    out_ += fmt::format("<host starttime=\"{}\" endtime=\"{}\"><status {}{}", first.start, end,
                        first.status, kNoHostNames);
    if (!ports.empty()) {
      out_ += "<ports>";
      append_merged_ports(out_, std::move(ports));
      out_ += "</ports>";
    }
    out_ += "</host>\n";
  }

  bool flush() {
    const bool is_written = write_all(fd_, out_) == out_.size();
    out_.clear();
    return is_written;
  }

  std::string_view text_;
  int fd_;
  std::vector<Element> elements_;
  std::string out_;
};

// REQUIRES: `path` is open as `fd`. The new file gets the mode of the old one.
Result<void> replace_merged(const std::string& path, int fd, const Ending& ending) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return run_error("{}", last_system_error());
  const auto size = static_cast<std::size_t>(status.st_size);
  const MappedMemory memory = TRY(MappedMemory::of_fd(fd, size, PROT_READ));
  const std::span<const char> text = memory.as<const char>();
  StagedFile merged = TRY(StagedFile::open(path, status.st_mode & 07777));
  if (!Merge({text.data(), size}, merged.fd()).write(ending)) {
    return run_error("{}", last_system_error());
  }
  TRY(std::move(merged).put(StagedFile::Existing::kReplaced));
  return {};
}

}  // namespace

// For a symbolic link, the file that it leads to is replaced.
Result<void> merge_nmap_hosts(const std::string& path, const Ending& ending) {
  std::error_code ignored;
  const std::string target = std::filesystem::canonical(path, ignored).string();
  const UniqueFd fd = files::open(target, O_RDONLY);
  const Result<void> merged = fd.is_open() ? replace_merged(target, fd.get(), ending)
                                           : run_error("{}", last_system_error());
  if (merged) return {};
  return run_error("cannot merge the hosts in {}: {}; it is complete, with an element per result",
                   path, merged.error().message);
}

}  // namespace masscan::format
