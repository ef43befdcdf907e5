#include "setup/recorder.h"

#include "wire/packet.h"
#include "wire/tcp.h"

namespace masscan::setup {

std::span<const nic::RxFrame> Recorder::receive() {
  const std::span<const nic::RxFrame> frames = queue_->receive();
  for (const nic::RxFrame& frame : frames) {
    if (is_ours(frame)) buffer_.add(frame.bytes, frame.captured_at);
  }
  return frames;
}

// What has been received can be read a moment later, whatever becomes of us.
void Recorder::release() {
  buffer_.flush();
  queue_->release();
}

bool Recorder::is_ours(const nic::RxFrame& frame) const {
  const auto packet = wire::Packet::parse(frame.bytes, queue_->link_layer());
  if (!packet || packet->protocol != wire::Protocol::kTcp) return false;
  const auto segment = wire::TcpView::parse(packet->transport);
  return segment && ports_.contains(segment->destination_port());
}

}  // namespace masscan::setup
