"""A system call fails, once or from then on, with an error that its manual page names; a whole scan
with outputs, control socket, metrics and checkpoint must survive it, or say why not: faults.py has
what outcomes are good.

strace injects the errors. The environment variable FAULTS=all tries every fault; without it every
twelfth.
"""

import concurrent.futures
import os
import unittest

import faults
import injection
from faults import Workshop

ENOUGH = 12  # one fault in so many is tried

# What the manual pages name, without what only a program's mistake brings about (EBADF, EFAULT) and
# EINTR where the kernel restarts the call. brk is not among them: it fails by returning the old
# end, which strace cannot have it do.
ERRORS = {
    "access": "ENOENT",
    "bind": "EADDRINUSE EACCES",
    "clone3": "EAGAIN ENOMEM",
    "close": "EIO",
    "connect": "ECONNREFUSED",
    "epoll_create1": "EMFILE ENOMEM",
    "epoll_ctl": "ENOMEM ENOSPC",
    "eventfd2": "EMFILE ENFILE ENOMEM",
    "fallocate": "EOPNOTSUPP ENOSPC",
    "fchmod": "EPERM EIO",
    "fcntl": "EMFILE",
    "fdatasync": "EIO ENOSPC EINVAL",
    "fsync": "EIO ENOSPC",
    "ftruncate": "EIO EPERM",
    "getrandom": "EINTR ENOSYS",
    "getsockname": "ENOBUFS",
    "ioctl": "ENOTTY",
    "linkat": "EEXIST EIO",
    "listen": "EADDRINUSE",
    "lseek": "ESPIPE",
    "madvise": "EAGAIN ENOMEM",
    "mmap": "ENOMEM EAGAIN",
    "mprotect": "ENOMEM",
    "munmap": "ENOMEM",
    "newfstatat": "EACCES ENOENT EIO",
    "openat": "EACCES EMFILE ENFILE ENOENT ENOMEM ENOSPC EIO",
    "poll": "EINTR ENOMEM",
    "ppoll": "EINTR ENOMEM",
    "prctl": "EINVAL",
    "prlimit64": "EPERM",
    "pread64": "EIO",
    "pwrite64": "EIO ENOSPC",
    "read": "EIO EINTR",
    "renameat2": "EIO ENOSPC EEXIST EINVAL",
    "rt_sigaction": "EINVAL",
    "rt_sigprocmask": "EINVAL",
    "setsockopt": "ENOMEM",
    "signalfd4": "EMFILE ENOMEM",
    "socket": "EMFILE ENFILE ENOBUFS EACCES",
    "unlink": "EACCES EIO EROFS",
    "write": "EIO ENOSPC EINTR EAGAIN",
}



def is_mute(fault):
    """Where nothing can be written from then on, not even a sentence can."""
    return (fault.call, fault.place) == ("write", "from then on")


def outcome_of(fault):
    with Workshop() as workshop:
        # Of files: what wakes a thread (eventfd) is written too, and cannot fail.
        files = (faults.ERRORS, *faults.OUTPUTS) if is_mute(fault) else ()
        paths = [word for name in files for word in ("-P", workshop.folder / name)]
        return workshop.outcome(
            workshop.scan(), injection.strace(fault.call, fault.error, fault.when, *paths))


class SystemCalls(unittest.TestCase):
    def test_each_fails(self):
        expected = faults.truth()
        tried = injection.all_faults(self.trace(), ERRORS, passing=("EINTR", "EAGAIN"),
                                     lasting=("from then on",))
        if not faults.ALL:
            tried = [fault for fault in tried if injection.is_sampled(fault[:3], ENOUGH)]
        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            for fault, outcome in zip(tried, pool.map(outcome_of, tried)):
                with self.subTest(fault):
                    faults.count(outcome.check(self, expected, is_mute(fault)))

    def trace(self):
        with Workshop() as workshop:
            traced = faults.run(workshop.scan(), workshop.folder, ["strace", "-f", "-o", "trace"])
            self.assertEqual(traced.code, 0, traced.errors)
            return (workshop.folder / "trace").read_text()


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
