// The program nft as a child process. It controls the kernel's firewall, because the library of nft
// is GPL-2 only.
#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::host {

// Signals for our process (Ctrl-C, those of a service manager for all processes of a service) do
// not reach the child. It has our CAP_NET_ADMIN, whichever user runs it.
class Nft {
 public:
  // Starts a child that executes each line at once. It ends with the *thread* that started it.
  static Result<Nft> start();
  // Starts a child that executes `commands` when our process ends, in any way, or in the
  // destructor, which waits for that.
  static Result<Nft> start_for_the_end(std::string_view commands);

  Nft(Nft&& other) noexcept
      : child_(std::exchange(other.child_, 0)),
        channel_(std::move(other.channel_)),
        is_for_the_end_(other.is_for_the_end_) {}
  Nft& operator=(Nft&& other) noexcept {
    std::swap(child_, other.child_);
    std::swap(channel_, other.channel_);
    std::swap(is_for_the_end_, other.is_for_the_end_);
    return *this;
  }
  ~Nft();

  // Returns false if the child has ended early.
  bool is_alive();

  // Sends lines to a child of the first kind. Does nothing if the child has ended.
  void tell(std::string_view commands);
  // Returns its output up to an error message or the end of a table, as "list table" prints it.
  std::string hear_table();
  // Ends the input of the child and returns its output up to its end.
  std::string hear_all();

 private:
  Nft(pid_t child, UniqueFd channel, bool is_for_the_end)
      : child_(child), channel_(std::move(channel)), is_for_the_end_(is_for_the_end) {}

  pid_t child_;       // 0: none
  UniqueFd channel_;  // its standard input; for the first kind also its output
  bool is_for_the_end_;
};

// Returns the first error message in nft's output once its line is complete. Valid until: `text`
// changes.
std::optional<std::string_view> find_complaint(std::string_view text);

}  // namespace masscan::host
