#include "protocols/text/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "record/escape.h"

namespace masscan::protocols {
namespace {

// Returns the raw digest; empty if OpenSSL refuses it.
std::string digest(const EVP_MD* algorithm, Bytes bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), result.data(), &size, algorithm, nullptr) != 1)
    return {};
  return {result.begin(), result.begin() + size};
}

}  // namespace

std::string md5_hex(std::string_view text) {
  std::string hex;
  for (const char c : digest(EVP_md5(), as_bytes(text)))
    fmt::format_to(std::back_inserter(hex), "{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::string sha256_base64(Bytes bytes) {
  std::string base64;
  record::append_base64(base64, digest(EVP_sha256(), bytes));
  return base64.substr(0, base64.find('='));
}

}  // namespace masscan::protocols
