// The key exchange of SSH (RFC 4253, 6 to 8), up to where a server shows its host key. It needs no
// secret: the client's part is a constant, and nothing is ever encrypted.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace masscan::protocols {

// What a server has said behind its identification. Valid until: the bytes are freed.
struct SshOffer {
  // The lists of SSH_MSG_KEXINIT (section 7.1).
  enum List : unsigned char {
    kKeyExchange,
    kHostKey,
    kCipherToServer,
    kCipherToClient,
    kMacToServer,
    kMacToClient,
    kCompressionToServer,
    kCompressionToClient,
    kLists,
  };

  std::array<std::string_view, kLists> lists{};
  Bytes host_key;         // as it is encoded; empty: not shown
  bool is_whole = false;  // nothing that comes later is read

  bool has_lists() const { return !lists[kKeyExchange].empty(); }
};

SshOffer read_ssh_offer(Bytes bytes);

// Appends the client's part up to the request for the host key. `server` is what the server has
// offered so far, which may be nothing.
void append_ssh_key_exchange(std::string& out, const SshOffer& server);
// Appends SSH_MSG_DISCONNECT.
void append_ssh_goodbye(std::string& out);

// Returns the first list of the server's algorithms as words "name=list", its fingerprint by hassh
// ("hasshServer"), and the host key with its type and its fingerprint as OpenSSH prints it.
std::string describe(const SshOffer& offer);

}  // namespace masscan::protocols
