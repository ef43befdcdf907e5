#include "engine/pace/response_limit.h"

#include <algorithm>
#include <span>

namespace masscan::engine {

Result<ResponseLimit> ResponseLimit::open(const SipKey& key) {
  return ResponseLimit(key, TRY(MappedMemory::anonymous(kSets * kWays * sizeof(Place))));
}

bool ResponseLimit::admit(Kind kind, const net::IpAddress& who, std::uint64_t subject,
                          Instant now) {
  const std::uint64_t hash =
      siphash(key_, who.high(), who.low(), who.family(), static_cast<std::uint64_t>(kind), subject);
  const std::span<Place> set = memory_.as<Place>().subspan(hash % kSets * kWays, kWays);
  const auto known = std::ranges::find_if(set, [hash](const Place& place) {
    return place.hash == hash && place.responded_at != Instant{};
  });
  if (known != set.end() && now - known->responded_at < kGap) return false;
  Place& place =
      known != set.end() ? *known : *std::ranges::min_element(set, {}, &Place::responded_at);
  place = {hash, now};
  return true;
}

}  // namespace masscan::engine
