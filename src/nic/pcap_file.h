// Writes a capture file in libpcap's classic format with microseconds, which all tools read. A file
// has one link layer.
// Thread: any number; each collects its frames in its own PcapBuffer.
//
// Errors: after a failed write (disk full, no reader of the pipe after an interrupt) the file stays
// as it is, frames are dropped, and `close` returns the Error.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/written_file.h"
#include "net/link_layer.h"

namespace masscan::nic {

// Descriptors that become readable on an interrupt; -1: none.
struct Interruption {
  int graceful_stop = -1;   // the reader of a pipe has kReaderTimeout to make room
  int immediate_stop = -1;  // stop waiting
};

class PcapFile {
 public:
  static constexpr Duration kReaderTimeout = 300ms;

  // Creates the file, or opens it without changing it; "-" is standard output. Waits for the reader
  // of a FIFO until `immediate_stop`.
  static Result<std::unique_ptr<PcapFile>> open(std::string path, net::LinkLayer link_layer,
                                                const Interruption& interruption = {});
  // Empties the file. REQUIRES: called before the first `append`. Without it, the file is
  // unchanged, or removed if it was new.
  Result<void> begin();

  net::LinkLayer link_layer() const { return link_layer_; }
  // Appends whole records. Waits only for another thread's write. Thread: any.
  void append(Bytes records);
  // Returns the first Error, if there was one. REQUIRES: no `append` follows.
  Result<void> close();

 private:
  PcapFile(WrittenFile file, net::LinkLayer link_layer, const Interruption& interruption)
      : file_(std::move(file)), link_layer_(link_layer), interruption_(interruption) {}
  bool write(std::string_view bytes);
  bool makes_room() const;
  Error cannot_write() const;

  std::mutex mutex_;  // guards the next two members
  WrittenFile file_;
  std::optional<Error> error_;
  const net::LinkLayer link_layer_;
  const Interruption interruption_;
};

// Collects one thread's records for the file; the destructor writes them. REQUIRES: the file
// outlives the buffer.
class PcapBuffer {
 public:
  explicit PcapBuffer(PcapFile& file);
  PcapBuffer(const PcapBuffer&) = delete;
  PcapBuffer& operator=(const PcapBuffer&) = delete;
  ~PcapBuffer() { flush(); }

  void add(Bytes frame, WallTime captured_at);
  void flush();

 private:
  PcapFile& file_;
  std::vector<std::byte> records_;  // fully reserved at the start
};

}  // namespace masscan::nic
