// Digests of what services say, in the forms in which they are published.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace masscan::protocols {

// Returns the MD5 digest in hexadecimal digits; empty if this machine's OpenSSL refuses MD5.
std::string md5_hex(std::string_view text);
// Returns the SHA-256 digest in base64 without padding.
std::string sha256_base64(Bytes bytes);

}  // namespace masscan::protocols
