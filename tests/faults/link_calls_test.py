"""A system call fails, once or from then on, while a scan of a network asks by packet sockets, XDP
or libpcap. Each call of the scan's own threads that has to do with links and sockets fails with
each error that its manual page names. Whatever fails, the outcome is one of three:

  success   exit code 0, and the results are the whole truth
  waited    nothing can be sent for now; interrupted, the scan ends, and goes on to the whole truth
  said      exit code 1 and a sentence on standard error; a checkpoint that was left leads to the
            whole truth

The environment variable FAULTS=all tries every fault; without it one of forty.
"""

import concurrent.futures
import contextlib
import itertools
import pathlib
import queue
import sys
import unittest

import faults
import injection
from faults import Workshop
from injection import Fault

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))

import lab
from lab import Lab, truth

TARGETS = "10.1.0.0/21"
TRANSPORTS = ("af_packet", "xdp", "pcap")
RESULTS = "scan.list"
FILES = (RESULTS,)
SCAN = ("-p80", TARGETS, "--seed", "7", "--rate", "4000", "--wait", "3", "-oL", RESULTS)
LABORATORIES = 4
WAITS_SECONDS = 4  # then a scan that may wait for ever is interrupted
PATIENCE_SECONDS = 40  # and one that should not wait
# A worker that gets no processor for a second counts the 15 s of a stuck link anew.
STUCK_PATIENCE_SECONDS = 100
STUCK = "scan0: the kernel takes no frames any more"
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
    ("pcap", "sendto", "ENOMEM", "from the middle on"),
    ("af_packet", "recvfrom", "ENOBUFS", "from then on"),
    ("af_packet", "sendmmsg", "ENOMEM", "middle"),
}
SENDS = {"sendmmsg", "sendto", "bpf"}  # of frames, among other things


def is_sampled(transport, fault):
    words = (transport, *fault[:3])
    return words in ONCE_WRONG or injection.is_sampled(words, ENOUGH)


def is_lasting(fault):
    return fault.when.endswith("+")


class LinkCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.laboratories = queue.SimpleQueue()
        for _ in range(LABORATORIES):  # everybody answers, so that a scan ends when it knows all
            cls.laboratories.put(cls.enterClassContext(
                Lab("sim", "--key", "9", "--open", "300000", "--closed", "700000")))
        cls.expected = [address for address, _ in truth(
            TARGETS, ports="80", key=9, open_ppm=300_000, closed_ppm=700_000)]

    @classmethod
    @contextlib.contextmanager
    def within_laboratory(cls):
        """The words that start a command where nobody else scans."""
        laboratory = cls.laboratories.get()
        try:
            yield "ip", "netns", "exec", f"{laboratory.name}-scanner"
        finally:
            cls.laboratories.put(laboratory)

    def trace(self, transport):
        with self.within_laboratory() as within, Workshop() as workshop:
            outcome = workshop.outcome([*SCAN, "--transport", transport],
                                       [*within, "strace", "-f", "-o", "trace"], files=FILES)
            self.assertEqual(outcome.check(self, self.expected), "success")
            return (workshop.folder / "trace").read_text()

    @classmethod
    def outcome_of(cls, row):
        waits = is_lasting(row[1]) and row[1].call in SENDS
        return cls.outcome_after(row, WAITS_SECONDS if waits else PATIENCE_SECONDS)

    @classmethod
    def outcome_after(cls, row, seconds):
        transport, fault = row
        # strace -D is no parent of the scan, so that signals and exit codes are the scan's own.
        tracer = injection.strace(fault.call, fault.error, fault.when, "-D")
        with cls.within_laboratory() as within, Workshop() as workshop:
            return workshop.outcome(
                [*SCAN, "--transport", transport], [*within, *tracer], within, files=FILES,
                interrupted_after=seconds)

    def check(self, outcome):
        """The outcome's name."""
        name = outcome.check(self, self.expected)
        if name == "said" and not outcome.resumed:
            with faults.problems_of(outcome.first):
                self.assertFalse(set(outcome.found[RESULTS]) & set(self.expected),
                                 "results, and no checkpoint")
        return name

    def test_a_scan_ends_when_the_kernel_takes_nothing_for_long(self):
        rows = [(transport, Fault(call, error, "later on", "200+"))
                for transport, call in (("pcap", "sendto"), ("af_packet", "sendmmsg"))
                for error in ("ENOMEM", "ENOBUFS")]
        patience = itertools.repeat(STUCK_PATIENCE_SECONDS)
        with concurrent.futures.ThreadPoolExecutor(LABORATORIES) as pool:
            for row, outcome in zip(rows, pool.map(self.outcome_after, rows, patience)):
                with self.subTest(row):
                    self.assertEqual(self.check(outcome), "said")
                    self.assertIn(STUCK, outcome.first.errors)
                    self.assertTrue(outcome.resumed)

    def test_each_fails(self):
        rows = [(transport, fault) for transport in TRANSPORTS
                for fault in injection.all_faults(
                    self.trace(transport), ERRORS, passing=("EINTR",),
                    lasting=("from then on", "from the middle on"))]
        if not faults.ALL:
            rows = [row for row in rows if is_sampled(*row)]
        with concurrent.futures.ThreadPoolExecutor(LABORATORIES) as pool:
            for (transport, fault), outcome in zip(rows, pool.map(self.outcome_of, rows)):
                with self.subTest(transport, fault=fault):
                    faults.count(self.check(outcome))


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    lab.main()
