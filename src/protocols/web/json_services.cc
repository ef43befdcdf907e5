// Elasticsearch and OpenSearch, Docker and Podman, etcd. They are asked at their ports, and read
// out of any answer over HTTP.
#include "protocols/web/json_services.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "banner/facts.h"
#include "base/text.h"
#include "protocols/device/header_fields.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::size_t kMostKeys = 6;

struct JsonService {
  record::Application application;
  std::string_view software;  // unless the answer has "distribution"
  std::string_view path;      // of what is asked for
  // What no other service has: a field whose value begins so, or a key.
  std::string_view field{};
  std::string_view field_value{};
  std::string_view key;
  std::string_view version;                      // key of the software's version
  std::array<std::string_view, kMostKeys> keys;  // that are reported
};

constexpr std::uint16_t kElasticsearchPorts[] = {9200, 9201};
constexpr std::uint16_t kDockerPorts[] = {2375};
constexpr std::uint16_t kEtcdPorts[] = {2379, 2380, 4001};

constexpr JsonService kElasticsearchService = {
    .application = record::Application::kElasticsearch,
    .software = "Elasticsearch",
    .path = "/",
    .field = "X-elastic-product",
    .field_value = "Elasticsearch",
    .key = "lucene_version",
    .version = "number",
    .keys = {"name", "cluster_name", "distribution", "number", "lucene_version"}};
constexpr JsonService kDockerService = {
    .application = record::Application::kDocker,
    .software = "Docker",
    .path = "/version",
    .field = "Server",
    .field_value = "Docker/",
    .key = "MinAPIVersion",
    .version = "Version",
    .keys = {"Version", "ApiVersion", "GoVersion", "Os", "Arch", "KernelVersion"}};
constexpr JsonService kEtcdService = {.application = record::Application::kEtcd,
                                      .software = "etcd",
                                      .path = "/version",
                                      .key = "etcdserver",
                                      .version = "etcdserver",
                                      .keys = {"etcdserver", "etcdcluster"}};

constexpr const JsonService* kServices[] = {&kElasticsearchService, &kDockerService, &kEtcdService};

// Returns the text of the first member of this name at any depth, escapes as they are; empty if it
// is no string or does not end.
std::string_view json_text(std::string_view json, std::string_view key) {
  const std::string quoted = quote_json(key);
  const std::size_t at = json.find(quoted);
  if (at == std::string_view::npos) return {};
  json = trim(json.substr(at + quoted.size()));
  if (!json.starts_with(':')) return {};
  json = trim(json.substr(1));
  if (!json.starts_with('"')) return {};
  json.remove_prefix(1);
  std::size_t end = json.find_first_of("\"\\");
  while (end != std::string_view::npos && json[end] != '"') {
    end = json.find_first_of("\"\\", end + 2);
  }
  return json.substr(0, end == std::string_view::npos ? 0 : end);
}

bool is_of(const JsonService& service, const HttpAnswer& answer) {
  const bool has_field =
      !service.field.empty() &&
      header_field(answer.head.text, service.field).starts_with(service.field_value);
  return has_field || answer.body.find(quote_json(service.key)) != std::string::npos;
}

template <const JsonService& service>
void write_hello(const banner::Peer& peer, const banner::StreamSettings& settings,
                 std::string& out) {
  write_http_request(peer, settings, service.path, out);
}

template <const JsonService& service>
StreamStep read_service(const banner::Stream& stream, banner::StreamOutput& out) {
  const HttpAnswer answer = read_http_answer(stream);
  if (answer.head.match == Match::kMaybe) return StreamStep::more();
  if (answer.head.match == Match::kNo || !is_json(answer)) return StreamStep::foreign();
  if (!answer.is_complete) return StreamStep::more();
  if (!is_of(service, answer)) return StreamStep::foreign();
  add_http_texts(answer, stream.settings, out);
  return StreamStep::done();
}

}  // namespace

bool is_json(const HttpAnswer& answer) {
  return header_field(answer.head.text, "Content-Type").starts_with("application/json");
}

void add_service_texts(const HttpAnswer& answer, banner::StreamOutput& out) {
  const auto* const found = std::ranges::find_if(
      kServices, [&](const JsonService* service) { return is_of(*service, answer); });
  if (!is_json(answer) || found == std::end(kServices)) return;
  const JsonService& service = **found;
  std::string text;
  banner::Facts facts(text);
  for (const std::string_view key : service.keys) facts.add(key, json_text(answer.body, key));
  if (text.empty()) facts.add(first_line(answer.head.text));  // it tells nobody, or nothing there
  out.add(service.application, text);
  const std::string_view version = json_text(answer.body, service.version);
  const std::string_view distribution = json_text(answer.body, "distribution");
  if (version.empty()) return;
  out.state_software(
      fmt::format("{} {}", distribution.empty() ? service.software : distribution, version));
}

constinit const banner::StreamProtocol kElasticsearch = {
    .name = "elasticsearch",
    .ports = kElasticsearchPorts,
    .write_hello = write_hello<kElasticsearchService>,
    .read = read_service<kElasticsearchService>};
constinit const banner::StreamProtocol kDocker = {.name = "docker",
                                                  .ports = kDockerPorts,
                                                  .write_hello = write_hello<kDockerService>,
                                                  .read = read_service<kDockerService>};
constinit const banner::StreamProtocol kEtcd = {.name = "etcd",
                                                .ports = kEtcdPorts,
                                                .write_hello = write_hello<kEtcdService>,
                                                .read = read_service<kEtcdService>};

}  // namespace masscan::protocols
