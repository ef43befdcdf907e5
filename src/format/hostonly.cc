// hostonly (-oH): an address per line, for `sort -u`. See docs/formats/hostonly.md.
#include "format/append.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

void append_hostonly_record(std::string& out, const record::Record& record) {
  append(out, record.address, '\n');
}

void append_hostonly_banner(std::string& out, const record::Banner& banner) {
  append(out, banner.address, '\n');
}

}  // namespace

constinit const Format kHostOnlyFormat = {.name = "hostonly",
                                          .letter = 'H',
                                          .record = append_hostonly_record,
                                          .banner = append_hostonly_banner};

}  // namespace masscan::format
