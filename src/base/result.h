// Result<T>: a T, or an Error with one sentence for the user that says what was tried, on what, why
// it failed and what to try. Names follow std::expected, which g++ 12 lacks in C++20 mode.
// Discarding a Result does not compile.
//
//   Result<Port> port = parse_port(text);
//  const Port port = TRY(parse_port(text));   // returns an Error to our caller
#pragma once

#include <fmt/core.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/text.h"

namespace masscan {

// Decides the exit code: 2 for a wrong command line or file, 1 for an error of the system while
// running.
enum class Fault { kUsage, kRun };

struct Error {
  std::string message;  // may hold foreign text; every function below makes it printable
  Fault fault = Fault::kRun;

  // Adds the place or purpose in front: "queue 3: cannot open ...".
  Error within(std::string_view context) && {
    return {printable(fmt::format("{}: {}", context, message)), fault};
  }
};

template <typename... Args>
[[nodiscard]] Error usage_error(fmt::format_string<Args...> format, Args&&... args) {
  return {printable(fmt::format(format, std::forward<Args>(args)...)), Fault::kUsage};
}

template <typename... Args>
[[nodiscard]] Error run_error(fmt::format_string<Args...> format, Args&&... args) {
  return {printable(fmt::format(format, std::forward<Args>(args)...)), Fault::kRun};
}

template <typename T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    CHECK(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  bool has_value() const { return error_ == nullptr; }
  explicit operator bool() const { return has_value(); }
  void value() const { CHECK(has_value()); }
  const Error& error() const& {
    CHECK(!has_value());
    return *error_;
  }
  Error&& error() && {
    CHECK(!has_value());
    return std::move(*error_);
  }

 private:
  // null: success; one pointer, because millions of results are passed
  std::unique_ptr<Error> error_;
};

// Returns both Errors in one if there are two, as nothing else reports them.
inline Result<void> join(Result<void> first, Result<void> second) {
  if (first) return second;
  if (second) return first;
  return run_error("{}; {}", first.error().message, second.error().message);
}

}  // namespace masscan

// Yields the value of a Result, or returns its Error from the calling function. One per statement.
#define TRY(expression)                                                  \
  (__extension__({                                                       \
    auto try_result_ = (expression);                                     \
    if (!try_result_.has_value()) return std::move(try_result_).error(); \
    std::move(try_result_).value();                                      \
  }))
