// An Error is looked at before a value is used, and none is lost.
#include "base/result.h"

namespace masscan {

Result<int> parse();
Result<void> write();

Result<int> twice() {
  const Result<int> checked = parse();
  if (!checked) return checked.error();
  TRY(write());
  static_cast<void>(write());
  return *checked + TRY(parse());
}

#ifdef MISTAKES
void drop() {
  parse();            // error: nodiscard
  write();            // error: nodiscard
  run_error("lost");  // error: nodiscard
}

int unchecked() {
  int value = parse();  // error: no viable conversion|cannot convert
  return value;
}

bool as_bool() {
  return write();  // error: no viable conversion|cannot convert
}

int sum() {
  return parse() + 1;  // error: invalid operands|no match for
}

int nowhere_to_return_it() {
  return TRY(parse());  // error: no viable conversion|cannot convert
}

Result<std::string> other_value() {
  return parse();  // error: no viable conversion|could not convert|cannot convert
}
#endif

}  // namespace masscan
