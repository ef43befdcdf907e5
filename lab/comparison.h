// What a scan's list file (-oL) has of what is open and said in a network that speaks.
//
// Each service has one text that must be reported as it was said: the title of a page, an
// identification of SSH, the replies of FTP. Other rows of a service may be any, but the names of
// services in them must be its own.
// Owner: lab_truth. Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/ip_address.h"
#include "sim/truth.h"

namespace masscan {

// A service's text and the list's name of its protocol.
struct Spoken {
  std::string_view protocol;
  std::string text;  // escaped as in a list
};

// Returns what is reported of an open port; nothing of one that says nothing.
std::optional<Spoken> spoken_at(const truth& network, const net::IpAddress& address,
                                std::uint16_t port);

class Comparison {
 public:
  // Takes a line of the file.
  void read_line(std::string_view line);
  // Names an open port. Must follow all lines.
  void expect(const truth& network, const net::IpAddress& address, std::uint16_t port);
  // Returns a line "name number" for each count. Ports that were not named are false.
  std::string summary() const;

 private:
  struct Reported {
    unsigned opens = 0;
    unsigned texts = 0;     // of the protocols that have one
    std::string text;       // the last of them, with its protocol
    std::string name;       // in all rows
    bool is_mixed = false;  // a row has another name, or none
  };

  std::map<std::pair<net::IpAddress, std::uint16_t>, Reported> reported_;
  std::uint64_t open_ = 0;             // named by `expect`
  std::uint64_t open_missing_ = 0;     // of these
  std::uint64_t banners_ = 0;          // that are to be reported
  std::uint64_t banners_missing_ = 0;  // of these
  std::uint64_t banners_wrong_ = 0;    // of these, and of services that say nothing
  std::uint64_t twice_ = 0;            // ports or texts
  std::uint64_t unread_ = 0;           // lines that make no sense
};

}  // namespace masscan
