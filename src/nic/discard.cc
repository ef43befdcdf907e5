#include "nic/discard.h"

#include <utility>

namespace masscan::nic {

namespace {

constexpr std::size_t kSlots = 256;
constexpr std::size_t kFrameBytes = 2048;

}  // namespace

Result<std::unique_ptr<Discard>> Discard::open(LinkLayer link_layer) {
  TxSlots slots = TRY(TxSlots::make(kSlots, kFrameBytes));
  return std::unique_ptr<Discard>(new Discard(link_layer, std::move(slots)));
}

}  // namespace masscan::nic
