// What the user wants to be said to services, and to be kept of their answers. Given once for all
// conversations of a scan.
#pragma once

#include <string>
#include <vector>

namespace masscan::banner {

struct HttpField {
  std::string name;
  std::string value;

  bool operator==(const HttpField&) const = default;
};

// The request of HTTP (RFC 9112). What is empty is as protocols/web/http_message.cc has it.
struct HttpRequest {
  std::string method;
  std::string url;
  std::string version;  // "HTTP/1.0"
  std::string user_agent;
  std::string host;
  std::vector<HttpField> fields;     // replace those of their names, or are added
  std::vector<std::string> removed;  // names of fields that are not sent
  std::vector<std::string> cookies;
  std::string body;

  bool operator==(const HttpRequest&) const = default;
};

struct StreamSettings {
  HttpRequest http;
  bool keeps_certificates = true;
  bool keeps_server_names = false;
  bool keeps_html = false;  // the body of pages too

  bool operator==(const StreamSettings&) const = default;
};

}  // namespace masscan::banner
