"""A system call fails, once or from then on, with an error that its manual page names; a whole scan
with outputs, control socket, metrics and checkpoint must survive it, or say why not: faults.py has
what outcomes are good.

strace injects the errors. The environment variable FAULTS=all tries every fault; without it every
twelfth.
"""

import collections
import concurrent.futures
import os
import re
import unittest
import zlib

import faults
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

# `when` counts the calls of a thread; `place` says what that means.
Fault = collections.namedtuple("Fault", "call error place when")


def calls_of(trace):
    """From a trace: by thread, the calls in order."""
    threads = collections.defaultdict(list)
    for line in trace.splitlines():
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if match:
            threads[match[1]].append((match[2], match[3]))
    return threads


def calls_before_main(calls):
    """How often the dynamic loader made each call: its last acts are to ask for the size of the
    stack and to let go of its cache."""
    counts, is_near = collections.Counter(), False
    for name, arguments in calls:
        counts[name] += 1
        is_near = is_near or (name == "prlimit64" and "RLIMIT_STACK" in arguments)
        if is_near and name == "munmap":
            return counts
    raise AssertionError("this trace shows no dynamic loader")


def all_faults(trace):
    """A call fails the first times after the start of `main`, in the middle and at the end."""
    threads = calls_of(trace)
    before = calls_before_main(threads[next(iter(threads))])
    most = collections.Counter()
    for calls in threads.values():
        most |= collections.Counter(name for name, _ in calls)
    found = []
    for call, errors in ERRORS.items():
        first, last = before[call] + 1, most[call]
        places = {"first": first, "second": first + 1, "third": first + 2,
                  "middle": (first + last) // 2, "last but one": last - 1, "last": last}
        for error in errors.split():
            found += [Fault(call, error, place, str(when)) for place, when in places.items()
                       if first <= when <= last]
            if first <= last and error not in ("EINTR", "EAGAIN"):
                found.append(Fault(call, error, "from then on", f"{first}+"))
    return found


def is_sampled(fault):
    return zlib.crc32(" ".join(fault[:3]).encode()) % ENOUGH == 0


def outcome_of(fault):
    with Workshop() as workshop:
        return workshop.outcome(workshop.scan(), [
            "strace", "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e", f"trace={fault.call}",
            "-e", f"inject={fault.call}:error={fault.error}:when={fault.when}"])


class SystemCalls(unittest.TestCase):
    def test_each_fails(self):
        expected = faults.truth()
        tried = all_faults(self.trace())
        if not faults.ALL:
            tried = list(filter(is_sampled, tried))
        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            for fault, outcome in zip(tried, pool.map(outcome_of, tried)):
                with self.subTest(fault):
                    faults.count(outcome.check(self, expected))

    def trace(self):
        with Workshop() as workshop:
            traced = faults.run(workshop.scan(), workshop.folder, ["strace", "-f", "-o", "trace"])
            self.assertEqual(traced.code, 0, traced.errors)
            return (workshop.folder / "trace").read_text()


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
