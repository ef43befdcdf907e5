// Concatenates vectors, without a copy if the destination is empty.
#pragma once

#include <iterator>
#include <utility>
#include <vector>

namespace masscan::targets {

template <typename T>
void append(std::vector<T>& into, std::vector<T> from) {
  if (into.empty()) {
    into = std::move(from);
  } else {
    into.insert(into.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
  }
}

}  // namespace masscan::targets
