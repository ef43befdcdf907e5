// All file system calls of the program: results, captures, spools, checkpoints and input files.
// Code outside base/ does not call open, write, rename and the like itself (tools/house_check.py),
// so that tests can let any call fail (base/test_files.h).
//
// Errors: as system calls report them, by the return value and errno.
// Thread: any. Calls interrupted by a signal are restarted, unless stated otherwise.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan {

// Returns the text of the calling thread's `errno`. For ECANCELED it says that the wait for a
// reader was interrupted.
std::string last_system_error();

// Reads a whole file; "-" is standard input. Returns an Error with the file's name if it is a
// directory, cannot be read or is too long. The limit is 1 GiB for a file on a disk, as a
// checkpoint may need, and 64 MiB for everything else, which may be endless.
Result<std::string> read_file(const std::string& path);

// How many bytes a pipe or terminal that polls writable accepts without blocking.
inline constexpr std::size_t kPipePiece = 4096;

// Returns the number of bytes written: all of them, or those before an error, with errno. Waits for
// the reader of a pipe or terminal, blocking or non-blocking, until `interruption` (a descriptor or
// -1) polls readable; the error is then ECANCELED.
std::size_t write_all(int fd, std::string_view bytes, int interruption = -1);
// As write_all, at an offset of a regular file. The file position does not change.
std::size_t write_all_at(int fd, std::string_view bytes, std::uint64_t offset);
// Returns the number of bytes read, which is less than the size of `into` only at the end of the
// file; -1 on an error.
ssize_t read_all_at(int fd, std::span<char> into, std::uint64_t offset);

// Opens for writing, with additional `flags`. Waits for the reader of a FIFO as `write_all` does.
UniqueFd open_for_writing(const std::string& path, int flags, mode_t mode, int interruption);

// Flushes written data to the disk. Returns false if that may have failed; true for what is not on
// a disk.
bool sync_data(int fd);
// Flushes the directory of a file. Without it a new or removed name may be lost in a crash.
bool sync_directory_of(const std::string& path);

// True for a file on a disk; false for a pipe, a terminal or a device.
bool is_regular_file(int fd);
bool is_regular_file(const std::string& path);
// True if this is the file that `path` leads to now.
bool is_named(int fd, const std::string& path);

// Renames a file unless the new name exists. Returns false, with errno (EEXIST if it exists).
bool move_to_free_name(const std::string& from, const std::string& to);

// The single system calls.
namespace files {

// Returns a closed descriptor on an error. Descriptors are close-on-exec.
UniqueFd open(const std::string& path, int flags, mode_t mode = 0);
UniqueFd duplicate(int fd);
// Not restarted after a signal.
ssize_t read(int fd, std::span<char> into);
ssize_t read_at(int fd, std::span<char> into, std::uint64_t offset);
ssize_t write(int fd, std::string_view bytes);
ssize_t write_at(int fd, std::string_view bytes, std::uint64_t offset);
// Returns the file position, or -1 for a file without one.
off_t position(int fd);
bool truncate(int fd, std::uint64_t size);
bool sync(int fd);
bool sync_data(int fd);
bool change_mode(int fd, mode_t mode);
bool rename(const std::string& from, const std::string& to, unsigned flags = 0);
bool link(const std::string& from, const std::string& to);
bool unlink(const std::string& path);
// Locks the file against other programs and other open descriptions of this one, until `unlock` or
// until it and its duplicates are closed. Returns false if it is locked already. File systems
// without locks always return true.
bool lock(int fd);
void unlock(int fd);
// Some file systems (NFS) report a full disk only here.
bool close(UniqueFd fd);

// ---- For tests ----------------------------------------------------------------------------------

enum class Call {
  kOpen,
  kDuplicate,
  kRead,
  kWrite,
  kPosition,
  kTruncate,
  kSync,
  kChangeMode,
  kRename,
  kLink,
  kUnlink,
  kLock,
  kClose,
};

// Called before each call is made.
class Listener {
 public:
  virtual ~Listener() = default;
  // A result other than 0 makes the call fail with this errno. `bytes` is the number of bytes to
  // read or write, which may be reduced. Thread: any.
  virtual int before(Call call, std::size_t& bytes) = 0;
};

// Sets the listener; null removes it. Valid until: the next set_listener.
void set_listener(Listener* listener);

}  // namespace files
}  // namespace masscan
