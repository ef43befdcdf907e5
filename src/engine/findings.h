// The rings from one worker to the writer: records, and what services said.
// Owner: Worker. Thread: producer: the worker's; consumer: the writer's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

#include "base/check.h"
#include "base/spsc_ring.h"
#include "engine/message.h"
#include "record/record.h"

namespace masscan::engine {

struct Findings {
  static constexpr std::size_t kRecords = std::size_t{1} << 14;
  static constexpr std::size_t kMessages = std::size_t{1} << 22;  // bytes
  static constexpr std::size_t kMaxDatagram = 1472;  // of a frame of Ethernet over IPv4

  explicit Findings(bool with_messages)
      : has_messages(with_messages), messages(with_messages ? kMessages : 64) {}

  // Returns how many frames may be taken: each gives at most one record and one datagram.
  std::size_t room() const {
    const std::size_t for_records = records.capacity() - records.size();
    if (!has_messages) return for_records;
    return std::min(for_records, messages.room() / kDatagramFootprint / 2);
  }
  // True if the writer should get time to make room.
  bool is_mostly_full() const {
    return records.size() > records.capacity() / 4 * 3 ||
           (has_messages && messages.room() < messages.capacity() / 4);
  }
  // Returns false if it has to be tried again: half of the ring is kept for answers.
  bool push_judged(record::Record record) {
    return records.size() < records.capacity() / 2 && records.push(record);
  }
  // REQUIRES: there is room.
  void push(record::Record record) { CHECK(records.push(record)); }
  // A longer datagram is cut. REQUIRES: there is room.
  void push_datagram(const Message& message, Bytes datagram) {
    CHECK(push(message, datagram.first(std::min(datagram.size(), kMaxDatagram))));
  }
  // Returns false if it has to be tried again: half of the ring is kept for datagrams.
  bool push_stream(const Message& message, Bytes stream) {
    const std::size_t needed = SpscByteRing::footprint(sizeof(message) + stream.size());
    return messages.room() >= needed + messages.capacity() / 2 && push(message, stream);
  }

  const bool has_messages;
  SpscRing<record::Record> records{kRecords};
  SpscByteRing messages;  // a Message, then the bytes

 private:
  static constexpr std::size_t kDatagramFootprint =
      SpscByteRing::footprint(sizeof(Message) + kMaxDatagram);

  bool push(const Message& message, Bytes bytes) {
    return messages.push(std::as_bytes(std::span(&message, 1)), bytes);
  }
};

}  // namespace masscan::engine
