// Apply, Echo and default text of options that set one field, made from the field itself:
//
//   .default_value = default_of<&Config::retries>,
//   .apply = set<&Config::retries, 0, 999>,
//   .echo = show<&Config::retries>
//
// The type of the field selects the parser and the text; a row may name others.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "cli/options/settings.h"
#include "cli/options/value.h"
#include "setup/config.h"

namespace masscan::cli {

// Where rows find the fields' classes under short names.
using files::Rotation;
using output::OutputConfig;
using setup::Config;
using setup::NetworkConfig;
using setup::TalkConfig;
using setup::TcpOptions;

inline const Config& default_config() {
  static const Config config;
  return config;
}

template <typename Class, typename Type>
Class class_of(Type Class::*member);  // not defined: for decltype only

template <auto member>
auto& field(auto& config) {
  using Part = decltype(class_of(member));
  if constexpr (std::is_same_v<Part, Rotation>) {
    return config.output.rotation.*member;
  } else if constexpr (std::is_same_v<Part, OutputConfig>) {
    return config.output.*member;
  } else if constexpr (std::is_same_v<Part, NetworkConfig>) {
    return config.network.*member;
  } else if constexpr (std::is_same_v<Part, TcpOptions>) {
    return config.tcp.*member;
  } else if constexpr (std::is_same_v<Part, TalkConfig>) {
    return config.talk.*member;
  } else if constexpr (std::is_same_v<Part, banner::StreamSettings>) {
    return config.streams.*member;
  } else if constexpr (std::is_same_v<Part, banner::HttpRequest>) {
    return config.streams.http.*member;
  } else {
    return config.*member;
  }
}

template <auto member>
auto& field(Settings& settings) {
  using Part = decltype(class_of(member));
  if constexpr (std::is_same_v<Part, Settings>) {
    return settings.*member;
  } else if constexpr (std::is_same_v<Part, Reading>) {
    return settings.reading.*member;
  } else {
    return field<member>(settings.config);
  }
}

template <auto member>
using FieldType = std::decay_t<decltype(field<member>(std::declval<Settings&>()))>;

template <auto member, auto parse>
Result<void> set(Settings& settings, const OptionUse& use) {
  return assign(field<member>(settings), parse(use));
}

template <auto member>
Result<void> set(Settings& settings, const OptionUse& use) {
  using Type = FieldType<member>;
  if constexpr (std::is_same_v<Type, bool>) {
    return set<member, parse_flag>(settings, use);
  } else if constexpr (std::is_same_v<Type, std::string>) {
    return set<member, parse_text>(settings, use);
  } else if constexpr (std::is_same_v<Type, Duration>) {
    return set<member, parse_seconds>(settings, use);
  } else {
    return set<member, parse_mac>(settings, use);
  }
}

// A number within bounds.
template <auto member, auto least, auto most>
Result<void> set(Settings& settings, const OptionUse& use) {
  if constexpr (std::is_floating_point_v<FieldType<member>>) {
    return assign(field<member>(settings), parse_decimal(use, least, most));
  } else {
    return assign(field<member>(settings), parse_integer(use, least, most));
  }
}

// For a flag whose name says the contrary of its field: --nostatus.
template <auto member>
Result<void> set_inverted(Settings& settings, const OptionUse& use) {
  field<member>(settings) = !TRY(parse_flag(use));
  return {};
}

template <typename Type>
std::string text_of(const Type& value) {
  if constexpr (std::is_same_v<Type, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<Type>) {
    return fmt::format("{}", value);
  } else if constexpr (std::is_same_v<Type, double> || std::is_same_v<Type, Duration>) {
    return to_text(value);
  } else if constexpr (std::is_same_v<Type, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<Type, net::MacAddress>) {
    return net::to_string(value, '-');
  } else {
    return std::string(to_string(value));
  }
}

template <typename Type>
constexpr bool kIsOptional = false;
template <typename Type>
constexpr bool kIsOptional<std::optional<Type>> = true;

// The text of a field; none if it holds no value, several if it is a list of texts.
template <auto member, auto... text>
std::vector<std::string> field_texts(const Config& config) {
  static_assert(sizeof...(text) <= 1);
  const auto one = [](const auto& value) {
    if constexpr (sizeof...(text) == 0) {
      return text_of(value);
    } else {
      return std::string(std::invoke(text..., value));
    }
  };
  const auto& value = field<member>(config);
  if constexpr (std::is_same_v<FieldType<member>, std::vector<std::string>>) {
    return value;
  } else if constexpr (kIsOptional<FieldType<member>>) {
    return value ? std::vector<std::string>{one(*value)} : std::vector<std::string>();
  } else {
    return {one(value)};
  }
}

// `text` makes the text in the place of text_of.
template <auto member, auto... text>
std::vector<std::string> show(const Config& config) {
  if (field<member>(config) == field<member>(default_config())) return {};
  return field_texts<member, text...>(config);
}

template <auto member>
std::vector<std::string> show_inverted(const Config& config) {
  return echo_if(!field<member>(config));
}

template <auto member, auto... text>
std::string default_of() {
  return field_texts<member, text...>(default_config()).at(0);
}

}  // namespace masscan::cli
