// Owns one mmap'd region. Pages of anonymous regions are allocated on first use, so tables may be
// sized for the worst case.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace masscan {

class MappedMemory {
 public:
  MappedMemory() = default;
  // Maps zeroed private memory.
  static Result<MappedMemory> anonymous(std::size_t size);
  // Maps `fd` shared (packet rings, BPF maps, files).
  static Result<MappedMemory> of_fd(int fd, std::size_t size, int protection, off_t offset = 0);

  MappedMemory(MappedMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedMemory& operator=(MappedMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~MappedMemory() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }

  MutableBytes bytes() const { return {static_cast<std::byte*>(data_), size_}; }
  template <typename T>
  std::span<T> as() const {
    return {static_cast<T*>(data_), size_ / sizeof(T)};
  }

 private:
  MappedMemory(void* data, std::size_t size) : data_(data), size_(size) {}

  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace masscan
