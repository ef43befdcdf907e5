#include "net/endpoint.h"

#include <fmt/format.h>

#include "base/text.h"

namespace masscan::net {

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  if (!address || !port || address->is_v6() != has_brackets) return std::nullopt;
  return Endpoint{*address, *port};
}

std::string to_string(const Endpoint& endpoint) {
  const std::string address = to_string(endpoint.address);
  if (endpoint.address.is_v4()) return fmt::format("{}:{}", address, endpoint.port);
  return fmt::format("[{}]:{}", address, endpoint.port);
}

}  // namespace masscan::net
