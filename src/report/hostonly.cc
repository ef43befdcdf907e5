#include "report/hostonly.h"

namespace masscan::report {

void append_hostonly_record(std::string& out, const Record& record) {
  out += net::to_string(record.address);
  out += '\n';
}

void append_hostonly_banner(std::string& out, const Banner& banner) {
  out += net::to_string(banner.address);
  out += '\n';
}

void append_nothing(std::string& /*out*/, const Record& /*record*/) {}

}  // namespace masscan::report
