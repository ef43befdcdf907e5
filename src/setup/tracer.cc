#include "setup/tracer.h"

#include <fmt/format.h>

#include "base/standard_streams.h"
#include "wire/describe.h"

namespace masscan::setup {

namespace {

// Size of one write. Lines of several workers may alternate between writes.
constexpr std::size_t kPieceBytes = 4096;

}  // namespace

std::span<nic::TxFrame> Tracer::reserve(std::size_t count) {
  slots_ = QueueWrapper::reserve(count);
  return slots_;
}

// Formats the frames before the call, because the slots belong to the queue after it.
void Tracer::submit(std::size_t count) {
  const WallTime at = wall_now();
  for (const nic::TxFrame& frame : slots_.first(count)) {
    add("SENT", at, frame.buffer.first(frame.length));
  }
  print();
  slots_ = {};
  QueueWrapper::submit(count);
}

std::span<const nic::RxFrame> Tracer::receive() {
  const std::span<const nic::RxFrame> frames = QueueWrapper::receive();
  for (const nic::RxFrame& frame : frames) add("RCVD", frame.captured_at, frame.bytes);
  print();
  return frames;
}

void Tracer::add(std::string_view direction, WallTime at, Bytes frame) {
  const std::string line = fmt::format("{} ({:.4f}s) {}\n", direction, to_seconds(at - began_),
                                       wire::describe(frame, link_layer()));
  if (lines_.size() + line.size() > kPieceBytes) print();
  lines_ += line;
}

void Tracer::print() {
  if (!lines_.empty()) write_stderr(lines_);
  lines_.clear();
}

}  // namespace masscan::setup
