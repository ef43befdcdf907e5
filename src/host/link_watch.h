// Follows the state of a scan's interfaces through the kernel's notifications. Thread: one.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "host/link_states.h"

namespace masscan::host {

class LinkWatch {
 public:
  // Subscribes first and requests the state then, so that no change is missed. Needs no privileges.
  static Result<LinkWatch> open(std::vector<WatchedLink> links);

  // Becomes readable when `update` has messages to read.
  int poll_fd() const { return socket_.get(); }
  // Processes the messages since the last call. Requests the whole state if the kernel dropped
  // some.
  Result<void> update();
  const LinkStates& states() const { return states_; }

 private:
  LinkWatch(UniqueFd socket, std::vector<WatchedLink> links)
      : socket_(std::move(socket)), states_(std::move(links)) {}
  Result<void> look();

  UniqueFd socket_;
  LinkStates states_;
};

}  // namespace masscan::host
