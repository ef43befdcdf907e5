#include "format/hostonly.h"

#include "format/append.h"

namespace masscan::format {

void append_hostonly_record(std::string& out, const record::Record& record) {
  append(out, record.address, '\n');
}

void append_hostonly_banner(std::string& out, const record::Banner& banner) {
  append(out, banner.address, '\n');
}

void append_nothing(std::string& /*out*/, const record::Record& /*record*/) {}

}  // namespace masscan::format
