#include "probe/arp.h"

namespace masscan::probe {

constinit const Kind kArp = {.scan_name = "ARP Ping Scan",
                             .ports_text = "--arpscan",
                             .ports = {net::Transport::kArp, {0, 0}}};

}  // namespace masscan::probe
