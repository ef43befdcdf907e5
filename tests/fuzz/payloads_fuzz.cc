// Users' payloads, of a kind that the first byte selects: what parses goes into a set, whose
// requests are within their limits.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "payloads/payload_set.h"

namespace {

using masscan::Result;
using masscan::payloads::Payload;
using masscan::payloads::PayloadSet;

Result<std::vector<Payload>> parse(char kind, std::string_view text) {
  if (kind == 'n') return masscan::payloads::parse_nmap_payloads(text, "f");
  if (kind == 'p') return masscan::payloads::parse_pcap_payloads(text, "f");
  if (text.find('@') != text.npos) return std::vector<Payload>{};  // no other file
  return std::vector<Payload>{TRY(masscan::payloads::parse_payload_option(text))};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  auto payloads = parse(input[0], input.substr(1));
  if (!payloads) {
    CHECK(!payloads.error().message.empty());
    return 0;
  }
  PayloadSet set({}, false);
  if (!set.replace(*std::move(payloads))) return 0;
  CHECK(set.most_requests() <= PayloadSet::kMaxRequests);
  for (unsigned port = 0; port < 65536; port += 257) {
    const auto requests = set.requests(static_cast<std::uint16_t>(port));
    CHECK(!requests.empty());
    for (const auto& request : requests) {
      CHECK(request.payload.size() <= masscan::banner::kMaxUdpRequest);
    }
  }
  return 0;
}
