// Hears from the kernel, while a scan runs, what becomes of its interfaces. In one thread.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "host/link_states.h"

namespace masscan::host {

class LinkWatch {
 public:
  // Listens first and looks then, so that nothing is missed. Needs no privileges.
  static Result<LinkWatch> open(std::vector<WatchedLink> links);

  // Polls readable when `update` has something to do.
  int poll_fd() const { return socket_.get(); }
  // Takes what the kernel has said since. Where that was more than it kept, looks at everything.
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
