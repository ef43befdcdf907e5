#include "nic/discard.h"

#include <utility>

namespace masscan::nic {

namespace {

constexpr std::size_t kSlots = 64;  // the engine's batch size
// A little more than a frame needs. With a power of two, the beginnings of all slots would share a
// few sets of the processor's cache, and writing them would cost twice as much.
constexpr std::size_t kFrameBytes = 2048 + 64;

}  // namespace

Result<std::unique_ptr<Discard>> Discard::open(LinkLayer link_layer) {
  TxSlots slots = TRY(TxSlots::make(kSlots, kFrameBytes));
  return std::unique_ptr<Discard>(new Discard(link_layer, std::move(slots)));
}

}  // namespace masscan::nic
