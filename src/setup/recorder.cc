#include "setup/recorder.h"

#include <algorithm>

#include "wire/packet.h"

namespace masscan::setup {

std::span<const nic::RxFrame> Recorder::receive() {
  const std::span<const nic::RxFrame> frames = QueueWrapper::receive();
  for (const nic::RxFrame& frame : frames) {
    if (is_ours(frame)) buffer_.add(frame.bytes, frame.captured_at);
  }
  return frames;
}

// Flushes the frames, so they can be read at once and survive a crash of this process.
void Recorder::release() {
  buffer_.flush();
  QueueWrapper::release();
}

bool Recorder::is_ours(const nic::RxFrame& frame) const {
  const auto packet = wire::Packet::parse(frame.bytes, link_layer());
  if (!packet) return false;
  const auto protocol = static_cast<std::uint8_t>(packet->protocol);
  return std::ranges::any_of(patterns_, [&](const net::ProbePatterns& patterns) {
    const auto& reply = packet->source.is_v4() ? patterns.reply_v4 : patterns.reply_v6;
    const auto port = reply.port_of(protocol, packet->transport);
    return port && ports_.contains(*port);
  });
}

}  // namespace masscan::setup
