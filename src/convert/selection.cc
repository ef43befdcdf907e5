#include "convert/selection.h"

#include <algorithm>

#include "targets/target.h"

namespace masscan::convert {
namespace {

bool is_target(const Selection& wanted, const net::IpAddress& address, net::Port port) {
  const bool is_port = !wanted.ports || wanted.ports->contains(port);
  if (!wanted.addresses && wanted.pairs.empty()) return is_port;
  if (wanted.addresses && is_port && wanted.addresses->contains(address)) return true;
  return !wanted.pairs.empty() && wanted.pairs.index_of({address, port}).has_value();
}

// The tests that apply to records and banners.
template <typename Entry>
bool includes_place_and_time(const Selection& wanted, const Entry& entry) {
  if (wanted.since && entry.time < *wanted.since) return false;
  if (wanted.until && entry.time > *wanted.until) return false;
  net::Port port = entry.port;
  if (port.transport == net::Transport::kIp) port.number = entry.ip_protocol;
  return is_target(wanted, entry.address, port) &&
         !wanted.excluded_addresses.contains(entry.address) &&
         !wanted.excluded_ports.contains(port);
}

}  // namespace

bool Selection::is_everything() const {
  return !addresses && pairs.empty() && !ports && excluded_addresses.empty() &&
         excluded_ports.empty() && !since && !until && banners && applications.empty();
}

bool Selection::includes(const record::Record& record) const {
  return applications.empty() && includes_place_and_time(*this, record);
}

bool Selection::includes(const record::Banner& banner) const {
  if (!banners) return false;
  const bool is_wanted =
      applications.empty() ||
      std::find(applications.begin(), applications.end(), banner.application) != applications.end();
  return is_wanted && includes_place_and_time(*this, banner);
}

}  // namespace masscan::convert
