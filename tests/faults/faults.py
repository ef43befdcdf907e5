"""What the tests of faults share: a folder for each run, runs with an end, strict readers of what a
scan wrote, the truth, and the last line.

Whatever fails, the outcome of a run is one of three:
  success   exit code 0, and every file holds the whole truth
  said      exit code 1 (2 if it was something that the user named), and a sentence on standard
            error; a checkpoint that was left leads to the whole truth
  waited    it could not go on, was interrupted, and ended with exit code 0 and a checkpoint that
            leads to the whole truth
Never a signal, never an endless run, never a processor kept busy by waiting, never exit code 0 with
a result missing.

The environment variable FAULTS=all tries every fault; without it a test takes a sample. ctest gives
them no time for all: run a file by itself then, with the environment that its CMakeLists.txt has.
"""

import collections
import contextlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
LAB_TRUTH = os.environ.get("LAB_TRUTH")
ALL = os.environ.get("FAULTS") == "all"
TARGETS = "10.0.0.0/20"
LIMIT_SECONDS = 60  # some machines are slow, and what hangs does so for ever
# Where memory is short nobody clears the line of the progress, which ends with a return.
SENTENCE = r"(?m)(?:^|\r)masscan: .{10,}$"
FORMATS = ("list", "ndjson", "json", "xml")
OUTPUTS = tuple(f"scan.{name}" for name in FORMATS)

ERRORS = "errors"  # the file of a workshop's standard error

_counts = collections.Counter()
_problems = collections.Counter({"crashed": 0, "hung": 0, "lost": 0})


class Run:
    """A run that has ended: its exit code (negative: the signal; None: it had to be killed), what
    it said, whether it was interrupted, how long it took and how long it kept a processor."""

    def __init__(self, code, errors, was_interrupted, seconds, cpu_seconds):
        self.code, self.errors, self.was_interrupted = code, errors, was_interrupted
        self.seconds, self.cpu_seconds = seconds, cpu_seconds

    @property
    def is_busy(self):
        """Most of a processor is more than scans of this size need."""
        return self.cpu_seconds > 2 + self.seconds / 2

    def check(self, test, is_mute=False, is_fast=False):
        """One that ended as a program should; where nothing can be written, without a word. One
        that sends as fast as it can keeps a processor busy."""
        said = f"{self.errors[-300:]}; {self.seconds:.1f} s, {self.cpu_seconds:.1f} s busy"
        test.assertIsNotNone(self.code, f"no end; {said}")
        test.assertIn(self.code, (0, 1, 2), said)
        test.assertTrue(is_fast or not self.is_busy, f"it spins; {said}")
        if is_mute:
            test.assertEqual((self.code, self.errors), (1, ""))
        elif self.code != 0:
            test.assertRegex(self.errors, SENTENCE)


class Program:
    """The scanner, started by `tracer` in a folder. It is a group of processes of its own; its
    standard input and output are empty unless `options` (of Popen) say otherwise, and its standard
    error is a file, which may have a name in that folder."""

    def __init__(self, words, folder, tracer=(), errors=None, **options):
        self._errors = open(folder / errors, "w+b") if errors else tempfile.TemporaryFile()
        self._began = time.monotonic()
        self._run, self._was_interrupted = None, False
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": folder,
                   "text": True, **options}
        self.process = subprocess.Popen([*tracer, MASSCAN, *words], stderr=self._errors,
                                        process_group=0, **options)
        self.pid, self.stdin, self.stdout = (self.process.pid, self.process.stdin,
                                             self.process.stdout)
        self._watch = os.pidfd_open(self.pid)

    def has_ended(self, within=0):
        return self._run is not None or bool(select.select([self._watch], [], [], within)[0])

    def errors(self):
        """What it has said until now."""
        size = os.fstat(self._errors.fileno()).st_size
        return os.pread(self._errors.fileno(), size, 0).decode(errors="replace")

    def interrupt(self):
        self._was_interrupted = True
        os.kill(self.pid, signal.SIGINT)

    def finish(self, limit=LIMIT_SECONDS):
        """The run that this was; it is killed if it does not end."""
        if self._run is None:
            has_ended = self.has_ended(limit)
            if not has_ended:
                os.killpg(self.pid, signal.SIGKILL)
            _, status, usage = os.wait4(self.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self._run = Run(self.process.returncode if has_ended else None, self.errors(),
                            self._was_interrupted, time.monotonic() - self._began,
                            usage.ru_utime + usage.ru_stime)
        return self._run

    def kill(self):
        self.finish(0)

    def close(self):
        self.kill()
        os.close(self._watch)
        for file in filter(None, (self._errors, self.stdin, self.stdout)):
            file.close()


def run(words, folder, tracer=(), limit=LIMIT_SECONDS, interrupted_after=None, **options):
    """A program from its start to its end."""
    with contextlib.closing(Program(words, folder, tracer, **options)) as program:
        if interrupted_after and not program.has_ended(interrupted_after):
            program.interrupt()
        return program.finish(limit)


class Programs(unittest.TestCase):
    """Tests that start programs in a folder of their own, and end those that are left."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def start(self, *words, tracer=(), **options):
        program = Program(words, self.folder, tracer, **options)
        self.addCleanup(program.close)
        return program

    def run_program(self, *words, **options):
        return run(words, self.folder, **options)

    def finish(self, program, code, limit=LIMIT_SECONDS):
        """The run that the program was, a good one with this exit code."""
        return self.check_run(program.finish(limit), code)

    def check_run(self, ended, code=None, is_fast=False):
        """That it is a good one, with this exit code or any."""
        with problems_of(ended):
            ended.check(self, is_fast=is_fast)
            self.assertIn(ended.code, (ended.code if code is None else code,), ended.errors)
        count("said" if ended.code else "success")
        return ended

    def read(self, name):
        return (self.folder / name).read_text()

    def wait_until(self, is_true, what, program=None):
        """For what a program does while it runs."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while not is_true():
            self.assertFalse(program and program.has_ended(), what)
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)


class Workshop:
    """A directory for one run: what the scan reads, and what it writes."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="faults-"))
        (self.folder / "targets").write_text(TARGETS + "\n")
        (self.folder / "excludes").write_text("10.0.15.0/24\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    @staticmethod
    def scan(rate=2500, source=("-e", "sim", "--sim-key", "9")):
        return [*source, "--seed", "7", "-iL", "targets", "--excludefile", "excludes", "-p80",
                "--rate", str(rate), "--wait", "0.3", *outputs(), "--control", "control",
                "--metrics", "127.0.0.1:0"]

    def outcome(self, words, tracer=(), tracer_of_next=(), files=OUTPUTS, interrupted_after=None):
        """Of a run that writes these files, and of going on with it where it left a checkpoint."""
        first = run(words, self.folder, tracer, errors=ERRORS, interrupted_after=interrupted_after)
        found = found_in(self.folder, files)
        resumed = resumed_found = None
        if first.code is not None and (self.folder / "paused.conf").exists():
            resumed = run(["--resume", "paused.conf"], self.folder, tracer_of_next)
            resumed_found = found_in(self.folder, files)
        return Outcome(first, found, resumed, resumed_found)


class Outcome:
    """What became of one run, and of going on with it."""

    def __init__(self, first, found, resumed, resumed_found):
        self.first, self.found = first, found
        self.resumed, self.resumed_found = resumed, resumed_found

    def check(self, test, expected, is_mute=False):
        """Its name."""
        with problems_of(self.first, *filter(None, [self.resumed])):
            return self._check(test, expected, is_mute)

    def _check(self, test, expected, is_mute):
        self.first.check(test, is_mute)
        if self.resumed:
            test.assertEqual(self.resumed.code, 0, self.resumed.errors)
            for name, found in self.resumed_found.items():
                test.assertEqual(sorted(set(found)), expected,
                                 (name, self.first.errors, self.resumed.errors))
        if self.first.code != 0:
            return "said"
        if self.resumed and self.first.was_interrupted:
            return "waited"
        for name, found in self.found.items():
            test.assertEqual(found, expected, (name, self.first.errors))
        return "success"


@contextlib.contextmanager
def problems_of(*runs):
    """Counts what is wrong with them when a check fails."""
    try:
        yield
    except AssertionError:
        if any(one.code is None or one.is_busy for one in runs):
            _problems["hung"] += 1
        elif all(one.code in (0, 1, 2) for one in runs):
            _problems["lost"] += 1
        else:
            _problems["crashed"] += 1
        raise


def outputs():
    """The words that have a scan write OUTPUTS."""
    return [word for kind, name in zip(FORMATS, OUTPUTS)
            for word in ("--output-also", f"{kind}:{name}")]


def found_in(folder, files=OUTPUTS):
    """By file, sorted, so that a result told twice shows."""
    return {name: read(folder / name) for name in files}


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


def open_hosts(targets, open_ppm=50000):
    """Those of -e sim --sim-key 9 whose port 80 is open."""
    lines = subprocess.run(
        [LAB_TRUTH, "--key", "9", "--open", str(open_ppm), "--ports", "80", targets],
        capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(line.split()[0] for line in lines)


def truth():
    """What Workshop.scan has to find."""
    return [host for host in open_hosts(TARGETS) if not host.startswith("10.0.15.")]


def count(kind, number=1):
    """Faults that were tried, for the last line."""
    _counts[kind] += number


def print_counts():
    """The last line, for tearDownModule."""
    problems = ", ".join(f"{number} {name}" for name, number in _problems.items())
    print(f"{_counts.total()} faults: {dict(_counts)}, {problems}", file=sys.stderr)
