#include "nic/discard.h"

#include <utility>

namespace masscan::nic {

namespace {

constexpr std::size_t kSlots = 64;  // what the engine writes at once
// A little more than a frame needs: were it a power of two, the beginnings of all slots would share
// few sets of the processor's cache, and writing them would cost twice as much.
constexpr std::size_t kFrameBytes = 2048 + 64;

}  // namespace

Result<std::unique_ptr<Discard>> Discard::open(LinkLayer link_layer) {
  TxSlots slots = TRY(TxSlots::make(kSlots, kFrameBytes));
  return std::unique_ptr<Discard>(new Discard(link_layer, std::move(slots)));
}

}  // namespace masscan::nic
