// The one door to the operating system for files: results, captures, spools, checkpoints and what
// is read. Outside base/ nothing calls open, write, rename and their like itself
// (tools/house_check.py), so that tests can let any call fail (base/test_files.h).
//
// A failure is told as the system does it: by the return value, and errno says why. From any
// thread. Calls that a signal interrupts begin anew where nothing else is said.
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

// The text of the calling thread's `errno`. ECANCELED: whom we waited for has not come before an
// interrupt.
std::string last_system_error();

// Reads a whole file; "-" is standard input. An Error, which names it, if it is a directory, cannot
// be read or is too long: 1 GiB of a file on a disk, which a checkpoint may need; 64 MiB of
// anything else, which may have no end.
Result<std::string> read_file(const std::string& path);

// What a pipe or terminal that polls writable takes without waiting for its reader.
inline constexpr std::size_t kPipePiece = 4096;

// How many bytes were written: all of them, or those before an error, which is then in errno. Waits
// for who reads a pipe or terminal, made non-blocking or not, until `interruption`, a descriptor or
// -1, polls readable: then the error is ECANCELED.
std::size_t write_all(int fd, std::string_view bytes, int interruption = -1);
// The same at an offset of a regular file, whose position stays where it was.
std::size_t write_all_at(int fd, std::string_view bytes, std::uint64_t offset);
// How many bytes were read: fewer than there is room for only at the end. -1 is an error.
ssize_t read_all_at(int fd, std::span<char> into, std::uint64_t offset);

// As files::open, for writing, with `flags` besides. A FIFO that nobody reads is waited for as in
// `write_all`.
UniqueFd open_for_writing(const std::string& path, int flags, mode_t mode, int interruption);

// Forces what was written to the disk. False if it may not be there; what has no disk behind it
// needs none.
bool sync_data(int fd);
// The same for the directory of a file, without which a new or removed name may not be there.
bool sync_directory_of(const std::string& path);

// True if this is a file on a disk, and not a pipe, a terminal or a device.
bool is_regular_file(int fd);
bool is_regular_file(const std::string& path);
// True if this is the file that `path` leads to now.
bool is_named(int fd, const std::string& path);

// Gives a file another name, where no file has it yet: otherwise false, and errno is EEXIST.
bool move_to_free_name(const std::string& from, const std::string& to);

// The calls themselves.
namespace files {

// Closed if it could not be opened. Not inherited by other programs.
UniqueFd open(const std::string& path, int flags, mode_t mode = 0);
UniqueFd duplicate(int fd);
// Not again after a signal.
ssize_t read(int fd, std::span<char> into);
ssize_t read_at(int fd, std::span<char> into, std::uint64_t offset);
ssize_t write(int fd, std::string_view bytes);
ssize_t write_at(int fd, std::string_view bytes, std::uint64_t offset);
// Where the next write goes, of a file with positions; -1 for any other.
off_t position(int fd);
bool truncate(int fd, std::uint64_t size);
bool sync(int fd);
bool sync_data(int fd);
bool change_mode(int fd, mode_t mode);
bool rename(const std::string& from, const std::string& to, unsigned flags = 0);
bool link(const std::string& from, const std::string& to);
bool unlink(const std::string& path);
// Keeps other programs, and other openings in this one, from locking the same file until it is
// closed with all its duplicates, or unlocked. False if one of them was first; a file system
// without locks lets all of them through.
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

// Hears of every call before it is made.
class Listener {
 public:
  virtual ~Listener() = default;
  // Not 0: the call is not made and fails with this errno. `bytes` is how many it reads or writes;
  // they may be made fewer. From any thread.
  virtual int before(Call call, std::size_t& bytes) = 0;
};

// Borrowed, until another one is set. Null: none.
void set_listener(Listener* listener);

}  // namespace files
}  // namespace masscan
