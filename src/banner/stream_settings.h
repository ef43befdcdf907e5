// What the user wants to be said to services, and to be kept of their answers. Given once for all
// conversations of a scan.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace masscan::banner {

// The request of --hello http (RFC 9112). Fields replace those that would be sent.
struct HttpRequest {
  std::string method = "GET";
  std::string url = "/";
  std::string version = "HTTP/1.1";
  std::vector<std::pair<std::string, std::string>> fields;  // name and value
  std::vector<std::string> cookies;
  std::string body;
};

struct StreamSettings {
  HttpRequest http;
  bool keeps_html = false;  // the body of pages too
};

}  // namespace masscan::banner
