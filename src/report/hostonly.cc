#include "report/hostonly.h"

#include "report/append.h"

namespace masscan::report {

void append_hostonly_record(std::string& out, const Record& record) {
  append(out, record.address, '\n');
}

void append_hostonly_banner(std::string& out, const Banner& banner) {
  append(out, banner.address, '\n');
}

void append_nothing(std::string& /*out*/, const Record& /*record*/) {}

}  // namespace masscan::report
