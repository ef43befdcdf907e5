// Services over HTTP that tell their version as JSON.
#pragma once

#include "banner/stream_protocol.h"
#include "protocols/web/http_message.h"

namespace masscan::protocols {

// Only what is complete is read.
bool is_json(const HttpAnswer& answer);

// Adds the banners of the service whose answer it is, if it is one's.
void add_service_texts(const HttpAnswer& answer, banner::StreamOutput& out);

}  // namespace masscan::protocols
