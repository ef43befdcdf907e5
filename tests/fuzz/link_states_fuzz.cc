// Any bytes in the place of the kernel's messages: what is made of them is one of the known states.
#include <cstring>
#include <vector>

#include "base/check.h"
#include "host/link_states.h"

using namespace masscan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As the kernel's, they begin at a multiple of four.
  std::vector<std::byte> messages(size);
  if (size > 0) std::memcpy(messages.data(), data, size);
  host::LinkStates states({{.index = 1, .name = "lo"},
                           {.index = 2,
                            .name = "x",
                            .mac = net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{1}}),
                            .addresses = {net::Ipv4Address(0x7f000001)}}});
  states.take(messages);
  states.begin_dump();
  states.take(messages);
  states.end_dump();
  for (std::size_t link = 0; link < states.size(); ++link) {
    CHECK(!describe(states.trouble(link)).empty());
  }
  return 0;
}
