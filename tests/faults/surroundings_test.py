"""What surrounds a program is not as it should be: the wall clock jumps, the environment is empty
or strange, arguments are many, long or missing. Whole scans must find the truth all the same."""

import collections
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

from faults import open_hosts

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
CLOCK_JUMP = os.environ["CLOCK_JUMP"]
TARGETS = "10.0.0.0/19"
SCAN = ["-e", "sim", "--sim-key", "9", "--seed", "7", TARGETS, "-p80"]
HOUR, DAY, YEAR = 3600, 86400, 31557600
faults = collections.Counter()


class Surroundings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        faults[type(self).__name__] += 0

    def start(self, *words, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                   "stderr": subprocess.PIPE, "cwd": self.folder, **options}
        process = subprocess.Popen([MASSCAN, *words], **options)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def finds_the_truth(self, *words, **options):
        """The records of a scan that found everything once, and is complete."""
        process = self.start(*words, "--output-also", "ndjson:r.ndjson", **options)
        self.is_complete(process)
        return self.records()

    def is_complete(self, process):
        errors = process.communicate(timeout=60)[1].decode(errors="replace")
        self.assertEqual(process.returncode, 0, errors[-500:])
        self.assertEqual(sorted(record["ip"] for record in self.records()), open_hosts(TARGETS))
        self.assertFalse((self.folder / "paused.conf").exists(), errors[-500:])

    def records(self):
        return list(map(json.loads, (self.folder / "r.ndjson").read_text().splitlines()))


# The times of records are those of the start and of the monotonic clock; the end of an XML document
# has the wall clock's.
class WallClock(Surroundings):
    def jump(self, seconds, after=1):
        return {"env": {**os.environ, "LD_PRELOAD": CLOCK_JUMP, "CLOCK_JUMP_AFTER": str(after),
                        "CLOCK_JUMP_SECONDS": str(seconds)}}

    def ended_at(self):
        document = xml.etree.ElementTree.parse(self.folder / "r.xml")
        return int(document.find("runstats/finished").get("time"))

    def test_a_jump_loses_nothing(self):
        for jump in (HOUR, -HOUR, DAY, 95 * YEAR, -63 * YEAR):
            faults["WallClock"] += 1
            with self.subTest(jump=jump):
                found = self.finds_the_truth(*SCAN, "--rate", "5000", "--output-also", "xml:r.xml",
                                             **self.jump(jump))
                times = [int(record["timestamp"]) for record in found]
                self.assertLess(max(times) - min(times), 60, "the order of events is kept")
                self.assertAlmostEqual(self.ended_at() - min(times), jump, delta=60,
                                       msg="the clock did not jump")

    def test_a_scan_that_was_killed_goes_on_at_another_time(self):
        for jump in (-2 * HOUR, 2 * HOUR, -63 * YEAR):
            faults["WallClock"] += 1
            with self.subTest(jump=jump):
                process = self.start(*SCAN, "--rate", "5000", "-oD", "r.ndjson")
                self.wait_for_results(process)
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.is_complete(self.start("--resume", "paused.conf", "--rate", "20000",
                                            **self.jump(jump, after=0)))

    def wait_for_results(self, process):
        """Until a checkpoint is there, and results."""
        deadline = time.monotonic() + 30
        results = self.folder / "r.ndjson"
        while not ((self.folder / "paused.conf").exists() and results.stat().st_size):
            self.assertIsNone(process.poll(), "it ended before it was killed")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class Environment(Surroundings):
    def test_it_is_strange(self):
        for environment in ({}, {"TZ": "Antarctica/Troll"}, {"TZ": "\x01nonsense/" + "x" * 5000},
                            {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "ar_EG"}, {"LANG": "\x1b]0;x"},
                            {"PATH": ""}, {"PATH": "/nowhere:" * 1000}, {"HOME": "/nowhere"},
                            {"TERM": "x" * 10000, "COLUMNS": "-1", "LINES": "0"}):
            faults["Environment"] += 1
            with self.subTest(environment=str(environment)[:60]):
                self.finds_the_truth(*SCAN, "--rate", "20000", env=environment)

    def test_its_variable_makes_no_sense(self):
        faults["Environment"] += 1
        environment = {**os.environ, "MASSCAN_INSTRUCTIONS": "mmx\x1b[31m"}
        process = self.start(*SCAN, "--rate", "20000", env=environment)
        errors = process.communicate(timeout=60)[1]
        self.assertIn(process.returncode, (0, 1, 2), errors)
        self.assertNotIn(b"\x1b", errors)

    def test_the_folder_has_gone(self):
        faults["Environment"] += 1
        gone = self.folder / "gone"
        gone.mkdir()
        process = self.start(*SCAN, "--rate", "20000", "-oD", str(self.folder / "r.ndjson"),
                             cwd=gone, preexec_fn=gone.rmdir)
        self.is_complete(process)


class Arguments(Surroundings):
    def said(self, code, *words, **options):
        faults["Arguments"] += 1
        process = self.start(*words, **options)
        errors = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, code, errors[-300:])
        return errors

    def test_there_are_none_not_even_a_name(self):
        # execve with an empty vector: Linux gives the program an empty name since 5.18.
        faults["Arguments"] += 1
        process = self.start(executable=MASSCAN, preexec_fn=None)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 1, 2))

    def test_there_are_very_many(self):
        faults["Arguments"] += 1
        excludes = [word for number in range(45_000)
                    for word in ("--exclude", f"172.16.{number // 256}.{number % 256}")]
        self.finds_the_truth(*SCAN, "--rate", "20000", *excludes)

    def test_they_are_very_long(self):
        most = 128 * 1024 - 1  # MAX_ARG_STRLEN, with its end
        for word in ("x", "-", "--", "1", "10.0.0.1,", "-p", "\x1b[31m"):
            with self.subTest(word=word):
                argument = (word * most)[:most]
                errors = self.said(2, argument)
                self.assertRegex(errors, r"^masscan: .{10,}")
                self.assertNotIn("\x1b", errors)

    def test_they_are_no_text(self):
        for word in (b"\xff\xfe", b"-\xc3", b"--ra\x9bte", b"\xf0\x9f", b"10.0.0.0/8\x80"):
            with self.subTest(word=word):
                self.assertRegex(self.said(2, word), r"^masscan: .{10,}")


def tearDownModule():
    print(f"{faults.total()} faults: {dict(faults)}", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
