// For tests only: what filters let in for the kinds of probes.
#pragma once

#include "net/packet_pattern.h"

namespace masscan::nic {

// Of TCP SYNs.
constexpr net::ProbePatterns kTcpPatterns = {.reply_v4 = {.protocol = 6, .port_at = 2},
                                             .reply_v6 = {.protocol = 6, .port_at = 2},
                                             .probe_v4 = {.protocol = 6, .port_at = 0},
                                             .probe_v6 = {.protocol = 6, .port_at = 0},
                                             .kernel_answers = true};

// Of SCTP.
constexpr net::ProbePatterns kSctpPatterns = {.reply_v4 = {.protocol = 132, .port_at = 2},
                                              .reply_v6 = {.protocol = 132, .port_at = 2},
                                              .probe_v4 = {.protocol = 132, .port_at = 0},
                                              .probe_v6 = {.protocol = 132, .port_at = 0},
                                              .kernel_answers = true};

// Of echo requests.
constexpr net::ProbePatterns kEchoPatterns = {
    .reply_v4 = {.protocol = 1, .type = 0, .port_at = 4},
    .reply_v6 = {.protocol = 58, .type = 129, .port_at = 4},
    .probe_v4 = {.protocol = 1, .type = 8, .port_at = 4},
    .probe_v6 = {.protocol = 58, .type = 128, .port_at = 4}};

}  // namespace masscan::nic
