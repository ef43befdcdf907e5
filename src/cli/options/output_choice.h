// Which files results go to, and in which formats: what -oX, -oA, --output-format and the like put
// together.
//
// masscan writes one file: the last one said counts. Here a complete choice (format and file) stays
// when another format is chosen with its own file; of one format, the last file counts.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/settings.h"

namespace masscan::cli {

// "--output-format xml": of the file that --output-filename names.
Result<void> choose_format(Settings& settings, const OptionUse& use);
// "-oX FILE".
Result<void> choose_format_and_file(Settings& settings, const OptionUse& use);
// "--output-also json:FILE", which is how --echo writes all but one.
Result<void> choose_also(Settings& settings, const OptionUse& use);
// "-oA BASE": BASE.xml, BASE.gnmap, BASE.list and BASE.ndjson.
Result<void> choose_all_formats(Settings& settings, const OptionUse& use);
// "--report FILE": format html.
Result<void> choose_report(Settings& settings, const OptionUse& use);
// "--redis ADDRESS".
Result<void> choose_redis(Settings& settings, const OptionUse& use);
// "--postgres URL".
Result<void> choose_postgres(Settings& settings, const OptionUse& use);
// The command line's choice replaces that of files.
void forget_outputs(Settings& settings);

std::vector<std::string> echo_also(const setup::Config& config);

}  // namespace masscan::cli
