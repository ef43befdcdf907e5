"""A system call fails, once or from then on, while a scan of a network asks by packet sockets, XDP
or libpcap. Each call of the scan's own threads that has to do with links and sockets fails with
each error that its manual page names. Whatever fails, the outcome is one of four:

  success   exit code 0, and the results are the whole truth
  lost      exit code 0, what would not be sent again and again is counted under "Lost:", and all
            else was found
  waited    nothing can be sent for now; interrupted, the scan ends, and goes on to the whole truth
  said      exit code 1 and a sentence on standard error; a checkpoint that was left leads to the
            whole truth

Never a signal, never an endless run, never exit code 0 with a result missing.

The environment variable FAULTS=all tries every fault; without it one of forty.
"""

import collections
import concurrent.futures
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))
import lab
from lab import MASSCAN, Lab, read_list, truth
from system_calls_test import calls_before_main, calls_of

TARGETS = "10.1.0.0/21"
TRANSPORTS = ("af_packet", "xdp", "pcap")
SCAN = ("-p80", TARGETS, "--seed", "7", "--rate", "4000", "--wait", "3", "-oL", "results")
LABORATORIES = 4
WAITS_SECONDS = 4  # then a scan that may wait for ever is interrupted
LIMIT_SECONDS = 40
ENOUGH = 40  # one fault in so many is tried

# What the manual pages name, without what only a program's mistake brings about (EBADF, EFAULT).
ERRORS = {
    "bind": "EACCES EADDRINUSE ENODEV ENOMEM",
    "bpf": "EPERM ENOMEM EINVAL ENOSPC EBUSY EAGAIN",
    "clone": "EAGAIN ENOMEM",
    "fcntl": "EMFILE",
    "getsockopt": "ENOBUFS ENOPROTOOPT",
    "ioctl": "ENODEV EPERM ENOTTY",
    "mmap": "ENOMEM EAGAIN EPERM",
    "perf_event_open": "EACCES EMFILE ENOENT",
    "pipe2": "EMFILE ENFILE",
    "poll": "EINTR ENOMEM",
    "ppoll": "EINTR ENOMEM",
    "recvfrom": "EAGAIN EINTR ENOBUFS ENOMEM",
    "recvmsg": "EINTR ENOBUFS ENOMEM",  # of sockets that block
    "sendmmsg": "EAGAIN EINTR ENOBUFS ENOMEM ENETDOWN ENXIO EPERM",
    "sendmsg": "EAGAIN EINTR ENOBUFS ENOMEM EPERM",
    "sendto": "EAGAIN EINTR ENOBUFS ENOMEM ENETDOWN ENXIO EPERM",
    "setsockopt": "ENOMEM EPERM ENOPROTOOPT EINVAL",
    "socket": "EACCES EMFILE ENFILE ENOBUFS EAFNOSUPPORT",
    "socketpair": "EMFILE EAFNOSUPPORT",
    "wait4": "EINTR",
}
# These found something once.
ONCE_WRONG = {
    ("pcap", "sendto", "EAGAIN", "from the middle on"),
    ("af_packet", "recvfrom", "ENOBUFS", "from then on"),
    ("af_packet", "sendmmsg", "ENOMEM", "middle"),
}
SENDS = {"sendmmsg", "sendto", "bpf"}  # of frames, among other things

# `when` counts the calls of a thread; `place` says what that means.
Fault = collections.namedtuple("Fault", "transport call error place when")


def calls_of_scan(trace):
    """From a trace: how often the dynamic loader made each call, and how often the scan's busiest
    thread did. What the scan had nft do is not its own."""
    threads = calls_of(trace)
    main = next(iter(threads))
    most = collections.Counter()
    for thread, calls in threads.items():
        if thread == main or all(name != "execve" for name, _ in calls):
            most |= collections.Counter(name for name, _ in calls)
    return calls_before_main(threads[main]), most


def all_faults(transport, trace):
    before, most = calls_of_scan(trace)
    faults = []
    for call, errors in ERRORS.items():
        first, last = before[call] + 1, most[call]
        middle = (first + last) // 2
        places = {"first": first, "second": first + 1, "third": first + 2, "middle": middle,
                  "last but one": last - 1, "last": last}
        places = {place: str(when) for place, when in places.items() if first <= when <= last}
        for error in errors.split():
            faults += [Fault(transport, call, error, *place) for place in places.items()]
            if places and error != "EINTR":  # which ends: nobody is interrupted for ever
                faults += [Fault(transport, call, error, "from then on", f"{first}+"),
                           Fault(transport, call, error, "from the middle on", f"{middle}+")]
    return faults


def is_sampled(fault):
    return fault[:4] in ONCE_WRONG or zlib.crc32(" ".join(fault[:4]).encode()) % ENOUGH == 0


class Run:
    """A scan in a laboratory, in a directory of its own."""

    def __init__(self, laboratory):
        self.laboratory = laboratory
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="link-calls-"))

    def close(self):
        shutil.rmtree(self.folder)

    def scan(self, words, tracer=(), interrupted_after=LIMIT_SECONDS):
        """The exit code (negative: the signal) and standard error; None for no end. The tracer
        (strace -D) is no parent of the scan, so that signals and exit codes are the scan's own."""
        process = subprocess.Popen(
            ["ip", "netns", "exec", f"{self.laboratory.name}-scanner", *tracer, MASSCAN, *words],
            cwd=self.folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        for seconds in (interrupted_after, LIMIT_SECONDS):
            try:
                errors = process.communicate(timeout=seconds)[1]
                return process.returncode, errors
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
        process.kill()
        return None, process.communicate()[1]

    def found(self):
        results = self.folder / "results"
        return read_list(results) if results.exists() else []

    def has_checkpoint(self):
        return (self.folder / "paused.conf").exists()


def outcome_of(fault, laboratory, expected):
    """Its name; an AssertionError if it is none of those above."""
    run = Run(laboratory)
    try:
        waits = fault.when.endswith("+") and fault.call in SENDS
        code, errors = run.scan((*SCAN, "--transport", fault.transport), [
            "strace", "-D", "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e",
            f"trace={fault.call}", "-e",
            f"inject={fault.call}:error={fault.error}:when={fault.when}"],
            WAITS_SECONDS if waits else LIMIT_SECONDS)
        assert code is not None, f"no end; {errors[-500:]}"
        assert code in (0, 1), f"exit code {code}; {errors[-500:]}"
        found = run.found()
        if code == 0 and not run.has_checkpoint():
            if found == expected:
                return "success"
            lost = fault.when.endswith("+") and re.search(r"(\d+) frames discarded", errors)
            missing = set(expected) - set(found)
            assert lost and len(missing) <= int(lost[1]) and set(found) <= set(expected), \
                f"{len(found)} of {len(expected)} found; {errors[-500:]}"
            return "lost"
        if code == 1:
            assert re.search(r"(?m)^masscan: .{10,}$", errors), errors[-500:]
            if not run.has_checkpoint():
                assert not found, f"no checkpoint, and results; {errors[-500:]}"
                return "said"
        again, more = run.scan(("--resume", "paused.conf"))
        assert again == 0, f"{errors[-500:]}\nresumed: {again}: {more[-500:]}"
        assert sorted(set(run.found())) == expected, \
            f"{errors[-500:]}\nresumed: {len(set(run.found()))} of {len(expected)}: {more[-500:]}"
        return "waited" if code == 0 else "said"
    finally:
        run.close()


class LinkCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.laboratories = queue.SimpleQueue()
        for _ in range(LABORATORIES):  # everybody answers, so that a scan ends when it knows all
            cls.laboratories.put(cls.enterClassContext(
                Lab("sim", "--key", "9", "--open", "300000", "--closed", "700000")))
        cls.expected = truth(TARGETS, ports="80", key=9, open_ppm=300_000, closed_ppm=700_000)

    def trace(self, transport):
        laboratory = self.laboratories.get()
        run = Run(laboratory)
        try:
            code, errors = run.scan((*SCAN, "--transport", transport),
                                    ["strace", "-f", "-o", "trace"])
            self.assertEqual((code, run.found()), (0, self.expected), errors)
            return (run.folder / "trace").read_text()
        finally:
            run.close()
            self.laboratories.put(laboratory)

    def try_fault(self, fault):
        laboratory = self.laboratories.get()
        try:
            return outcome_of(fault, laboratory, self.expected)
        except AssertionError as error:
            return error
        finally:
            self.laboratories.put(laboratory)

    def test_each_fails(self):
        faults = [fault for transport in TRANSPORTS
                  for fault in all_faults(transport, self.trace(transport))]
        if os.environ.get("FAULTS") != "all":
            faults = list(filter(is_sampled, faults))
        outcomes = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(LABORATORIES) as pool:
            for fault, outcome in zip(faults, pool.map(self.try_fault, faults)):
                with self.subTest(fault):
                    if isinstance(outcome, AssertionError):
                        outcomes["WRONG"] += 1
                        raise outcome
                    outcomes[outcome] += 1
        print(f"{len(faults)} faults: {dict(outcomes)}", file=sys.stderr)


if __name__ == "__main__":
    lab.main()
