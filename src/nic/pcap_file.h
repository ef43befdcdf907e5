// A capture file in the making: libpcap's classic format, with microseconds, which everything
// reads. One file takes frames of one link layer, from any number of threads, each of which
// collects its own in a PcapBuffer.
//
// A file that cannot be written further (disk full) stays as it is, and `close` says why; frames
// for it are dropped.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "net/link_layer.h"

namespace masscan::nic {

class PcapFile {
 public:
  // Creates the file, or empties it; "-" is standard output.
  static Result<std::unique_ptr<PcapFile>> open(std::string path, net::LinkLayer link_layer);

  net::LinkLayer link_layer() const { return link_layer_; }
  // Whole records, from any thread. A thread waits only while another one is writing.
  void append(Bytes records);
  // After the last `append`: the first thing that went wrong, if anything did.
  Result<void> close();

 private:
  PcapFile(UniqueFd fd, std::string path, net::LinkLayer link_layer);

  std::mutex mutex_;  // over the next two
  UniqueFd fd_;
  std::optional<Error> error_;
  const std::string path_;
  const net::LinkLayer link_layer_;
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
