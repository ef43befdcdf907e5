#include "scan/answer_limit.h"

namespace masscan::scan {

Result<AnswerLimit> AnswerLimit::open(const SipKey& key) {
  return AnswerLimit(key, TRY(MappedMemory::anonymous(kPlaces * sizeof(Place))));
}

bool AnswerLimit::admit(Kind kind, const net::IpAddress& who, std::uint64_t subject, Instant now) {
  const std::uint64_t hash =
      siphash(key_, who.high(), who.low(), who.family(), static_cast<std::uint64_t>(kind), subject);
  Place& place = memory_.as<Place>()[hash % kPlaces];
  const bool is_known = place.hash == hash && place.answered != Instant{};
  if (is_known && now - place.answered < kGap) return false;
  place = {hash, now};
  return true;
}

}  // namespace masscan::scan
