// Selects the result files and their formats: -oX, -oA, --output-format and similar options.
//
// masscan writes one file, the last one given. Here each format has one file: a second format with
// its own file is written too, and the last file of the same format wins.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/settings.h"

namespace masscan::cli {

// "--output-format xml": the format of the file that --output-filename names.
Result<void> choose_format(Settings& settings, const OptionUse& use);
// "-oX FILE".
Result<void> choose_format_and_file(Settings& settings, const OptionUse& use);
// "--output-also json:FILE"; --echo writes all files except the first in this form.
Result<void> choose_also(Settings& settings, const OptionUse& use);
// "-oA BASE": BASE.xml, BASE.gnmap, BASE.list and BASE.ndjson.
Result<void> choose_all_formats(Settings& settings, const OptionUse& use);
// "--report FILE": format html.
Result<void> choose_report(Settings& settings, const OptionUse& use);
// "--redis ADDRESS".
Result<void> choose_redis(Settings& settings, const OptionUse& use);
// "--postgres URL".
Result<void> choose_postgres(Settings& settings, const OptionUse& use);
// Removes the choice of configuration files, because the command line replaces it.
void forget_outputs(Settings& settings);

std::vector<std::string> echo_also(const setup::Config& config);

}  // namespace masscan::cli
