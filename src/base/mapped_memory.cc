#include "base/mapped_memory.h"

#include <cerrno>
#include <cstring>

namespace masscan {

Result<MappedMemory> MappedMemory::anonymous(std::size_t size) {
  void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    return run_error("cannot reserve {} bytes of memory: {}", size, std::strerror(errno));
  }
  return MappedMemory(data, size);
}

Result<MappedMemory> MappedMemory::of_fd(int fd, std::size_t size, int protection, off_t offset) {
  void* data = ::mmap(nullptr, size, protection, MAP_SHARED, fd, offset);
  if (data == MAP_FAILED) {
    return run_error("cannot map {} bytes: {}", size, std::strerror(errno));
  }
  return MappedMemory(data, size);
}

}  // namespace masscan
