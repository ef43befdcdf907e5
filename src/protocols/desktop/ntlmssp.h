// NTLMSSP (MS-NLMP), as several protocols carry it: what a server says of itself when it is asked
// for a challenge. The challenge is never answered, so nobody is logged in.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace masscan::protocols {

// A NEGOTIATE_MESSAGE within SPNEGO (RFC 4178), without a name.
extern const std::string_view kNtlmNegotiate;

// Appends what a CHALLENGE_MESSAGE somewhere in `token` says, as masscan words it: " domain=LAB
// version=10.0.17763 ntlm-ver=15 name=..."; nothing if there is none.
void add_ntlm_challenge(Bytes token, std::string& text);

// Appends UTF-16, lowest byte first, as UTF-8; half of a pair becomes U+FFFD.
void append_utf8(Bytes utf16, std::string& text);

}  // namespace masscan::protocols
