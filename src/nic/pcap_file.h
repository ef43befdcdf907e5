// A capture file in the making: libpcap's classic format, with microseconds, which everything
// reads. One file takes frames of one link layer, from any number of threads, each of which
// collects its own in a PcapBuffer.
//
// A file that cannot be written further (disk full, nobody reads the pipe after an interrupt) stays
// as it is, and `close` says why; frames for it are dropped.
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

// Descriptors that poll readable from an interrupt on; -1: there is none.
struct Interruption {
  int soon = -1;     // whoever reads a pipe has kReaderPatience to take something
  int at_once = -1;  // nobody is waited for
};

class PcapFile {
 public:
  static constexpr Duration kReaderPatience = 300ms;

  // Creates the file, or opens it and leaves what is in it; "-" is standard output. A FIFO that
  // nobody reads is waited for until the end at once.
  static Result<std::unique_ptr<PcapFile>> open(std::string path, net::LinkLayer link_layer,
                                                const Interruption& interruption = {});
  // Empties it, before the first `append`. A file that never begins is as it was, or not there.
  Result<void> begin();

  net::LinkLayer link_layer() const { return link_layer_; }
  // Whole records, from any thread. A thread waits only while another one is writing.
  void append(Bytes records);
  // After the last `append`, if it has begun: the first thing that went wrong, if anything did.
  Result<void> close();

 private:
  PcapFile(WrittenFile file, net::LinkLayer link_layer, const Interruption& interruption)
      : file_(std::move(file)), link_layer_(link_layer), interruption_(interruption) {}
  bool write(std::string_view bytes);
  bool makes_room() const;
  Error cannot_write() const;

  std::mutex mutex_;  // over the next two
  WrittenFile file_;
  std::optional<Error> error_;
  const net::LinkLayer link_layer_;
  const Interruption interruption_;
};

// One thread's records on their way to the file, which must outlive it. What is in it when it is
// destroyed is written first.
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
  std::vector<std::byte> records_;  // reserved in full at the start
};

}  // namespace masscan::nic
