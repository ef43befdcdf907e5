// Lists of vendors as packages install them: whatever they hold, an address has one name or none.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "host/mac_vendors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace masscan;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const host::MacVendors vendors = host::MacVendors::parse(text);
  const std::string_view name = vendors.find(net::MacAddress());
  CHECK(text.find(name) != std::string_view::npos);
  CHECK(name.find('\n') == std::string_view::npos);
  return 0;
}
