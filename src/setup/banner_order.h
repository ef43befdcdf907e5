// The value of --banner-order: "8000-8100:http,redis" for some ports, "listen,http" for all. Listed
// are names of protocols over TCP, whose hellos are said one after the other until the service is
// recognised, and "listen", which waits for the service to speak.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "protocols/hello_order.h"

namespace masscan::setup {

constexpr std::size_t kMostHellos = 8;  // of a port

// Adds an order. A protocol whose services speak first is listened for. Errors: a bad value; then
// `order` is unchanged.
Result<void> add_banner_order(std::string_view value, protocols::HelloOrder& order);

// True if the order is for all ports.
bool is_order_of_all(std::string_view value);

}  // namespace masscan::setup
