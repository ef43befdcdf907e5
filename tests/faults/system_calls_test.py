"""A system call fails, once or from then on, with an error that its manual page names; a whole scan
with outputs, control socket, metrics and checkpoint must survive it, or say why not.

strace injects the errors. Whatever fails, the outcome is one of two:
  success   exit code 0, and every file holds the whole truth
  said      exit code 1 (2 if it was a file that the user named), and a sentence on standard error;
            a checkpoint that was left leads to the whole truth
Never a signal, never an endless run, never exit code 0 with a result missing.

The environment variable FAULTS=all tries every fault; without it every twelfth.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zlib

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
LAB_TRUTH = os.environ["LAB_TRUTH"]
TARGETS = "10.0.0.0/20"
LIMIT_SECONDS = 20
ENOUGH = 12  # one fault in so many is tried

# What the manual pages name, without what only a program's mistake brings about (EBADF, EFAULT) and
# EINTR where the kernel restarts the call.
ERRORS = {
    "access": "ENOENT",
    "bind": "EADDRINUSE EACCES",
    "brk": "ENOMEM",
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


class Workshop:
    """A directory for one run: what the scan reads, and what it writes."""

    OUTPUTS = ("scan.list", "scan.ndjson", "scan.json", "scan.xml")

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
        (self.folder / "targets").write_text(TARGETS + "\n")
        (self.folder / "excludes").write_text("10.0.15.0/24\n")

    def close(self):
        shutil.rmtree(self.folder)

    def scan(self):
        formats = ("list", "ndjson", "json", "xml")
        outputs = [word for name, kind in zip(self.OUTPUTS, formats)
                   for word in ("--output-also", f"{kind}:{name}")]
        return ["-e", "sim", "--sim-key", "9", "--seed", "7", "-iL", "targets", "--excludefile",
                "excludes", "-p80", "--rate", "2500", "--wait", "0.3", *outputs, "--control",
                "control", "--metrics", "127.0.0.1:0"]

    def run(self, words, tracer=()):
        """The exit code (negative: the signal) and standard error of a run; None for no end."""
        process = subprocess.Popen([*tracer, MASSCAN, *words], cwd=self.folder, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, process_group=0)
        try:
            errors = process.communicate(timeout=LIMIT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return None, process.communicate()[1]
        return process.returncode, errors

    def found(self):
        """By file, sorted, so that a result told twice shows."""
        return {name: read(self.folder / name) for name in self.OUTPUTS}


def read(path):
    """The addresses in a file of results, or why a strict reader refuses it."""
    try:
        return sorted(addresses(path))
    except (OSError, ValueError, xml.etree.ElementTree.ParseError) as error:
        return [f"{error!r}"]


def addresses(path):
    text = path.read_text()
    if path.suffix == ".list":
        return re.findall(r"^open tcp 80 (\S+) ", text, re.MULTILINE)
    if path.suffix == ".xml":
        return [e.get("addr") for e in xml.etree.ElementTree.fromstring(text).iter("address")]
    rows = json.loads(text) if path.suffix == ".json" else map(json.loads, text.splitlines())
    return [row["ip"] for row in rows]


def truth():
    lines = subprocess.run([LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", "80", TARGETS],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(line.split()[0] for line in lines if not line.startswith("10.0.15."))


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
    faults = []
    for call, errors in ERRORS.items():
        first, last = before[call] + 1, most[call]
        places = {"first": first, "second": first + 1, "third": first + 2,
                  "middle": (first + last) // 2, "last but one": last - 1, "last": last}
        for error in errors.split():
            faults += [Fault(call, error, place, str(when)) for place, when in places.items()
                       if first <= when <= last]
            if first <= last and error not in ("EINTR", "EAGAIN"):
                faults.append(Fault(call, error, "from then on", f"{first}+"))
    return faults


def is_sampled(fault):
    return zlib.crc32(" ".join(fault[:3]).encode()) % ENOUGH == 0


class Outcome:
    """What became of one run, and of going on with it where a checkpoint was left."""

    def __init__(self, code, errors, found, resumed):
        self.code, self.errors, self.found, self.resumed = code, errors, found, resumed

    def check(self, test, expected):
        """Its name."""
        test.assertIsNotNone(self.code, f"no end; {self.errors[-300:]}")
        test.assertIn(self.code, (0, 1, 2), self.errors[-300:])
        if self.code == 0:
            test.assertEqual(self.found, dict.fromkeys(Workshop.OUTPUTS, expected), self.errors)
            return "success"
        test.assertRegex(self.errors, r"(?m)^masscan: .{10,}$")
        if self.resumed:
            test.assertEqual(self.resumed.code, 0, self.resumed.errors)
            for name, found in self.resumed.found.items():
                test.assertEqual(sorted(set(found)), expected, name)
        return "said"


def outcome_of(fault):
    workshop = Workshop()
    try:
        code, errors = workshop.run(workshop.scan(), [
            "strace", "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e", f"trace={fault.call}",
            "-e", f"inject={fault.call}:error={fault.error}:when={fault.when}"])
        found = workshop.found() if code == 0 else None
        resumed = None
        if code and (workshop.folder / "paused.conf").exists():
            again = workshop.run(["--resume", "paused.conf"])
            resumed = Outcome(*again, workshop.found(), None)
        return Outcome(code, errors, found, resumed)
    finally:
        workshop.close()


class SystemCalls(unittest.TestCase):
    def test_each_fails(self):
        expected = truth()
        faults = all_faults(self.trace())
        if os.environ.get("FAULTS") != "all":
            faults = list(filter(is_sampled, faults))
        outcomes = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            for fault, outcome in zip(faults, pool.map(outcome_of, faults)):
                with self.subTest(fault):
                    outcomes[outcome.check(self, expected)] += 1
        print(f"{len(faults)} faults: {dict(outcomes)}", file=sys.stderr)

    def trace(self):
        workshop = Workshop()
        self.addCleanup(workshop.close)
        code, errors = workshop.run(workshop.scan(), ["strace", "-f", "-o", "trace"])
        self.assertEqual(code, 0, errors)
        return (workshop.folder / "trace").read_text()


if __name__ == "__main__":
    unittest.main(verbosity=2)
