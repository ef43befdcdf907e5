// The program nft as a child process: the kernel's firewall is told through it, because its library
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

// Signals meant for us (Ctrl-C, those a service manager sends to all processes of a service) do not
// reach it. It may do what we may (CAP_NET_ADMIN), whoever the user is.
class Nft {
 public:
  // Carries out each line that it is told. It ends with us: with the *thread* that started it.
  static Result<Nft> start();
  // Carries out `commands` at our end, by the destructor or however else, and not before. The
  // destructor waits until that is done.
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

  // False: it has ended, before its time.
  bool is_alive();

  // Lines for a child of the first kind. Nothing happens if it is gone.
  void tell(std::string_view commands);
  // What it says until it complains or has shown a table, as "list table" does.
  std::string hear_table();
  // What it says until its end, which this brings about.
  std::string hear_all();

 private:
  Nft(pid_t child, UniqueFd channel, bool is_for_the_end)
      : child_(child), channel_(std::move(channel)), is_for_the_end_(is_for_the_end) {}

  pid_t child_;       // ours to reap; 0: none
  UniqueFd channel_;  // its standard input, and output for the first kind
  bool is_for_the_end_;
};

// The first complaint in what nft says, once its line is complete; a part of `text`.
std::optional<std::string_view> find_complaint(std::string_view text);

}  // namespace masscan::host
