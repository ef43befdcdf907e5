"""What surrounds a program is not as it should be: the wall clock jumps, the environment is empty
or strange, arguments are many, long or missing. Whole scans must find the truth all the same."""

import json
import os
import sys
import unittest
import xml.etree.ElementTree

import faults

CLOCK_JUMP = os.environ["CLOCK_JUMP"]
TARGETS = "10.0.0.0/19"
SCAN = ["-e", "sim", "--sim-key", "9", "--seed", "7", TARGETS, "-p80"]
HOUR, DAY, YEAR = 3600, 86400, 31557600


class Surroundings(faults.Programs):
    def finds_the_truth(self, *words, **options):
        """The records of a scan that found everything once, and is complete."""
        return self.is_complete(
            self.run_program(*words, "--output-also", "ndjson:r.ndjson", **options))

    def is_complete(self, ended):
        self.check_run(ended, 0)
        records = list(map(json.loads, self.read("r.ndjson").splitlines()))
        self.assertEqual(sorted(record["ip"] for record in records), faults.open_hosts(TARGETS))
        self.assertFalse((self.folder / "paused.conf").exists(), ended.errors[-500:])
        return records


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
            with self.subTest(jump=jump):
                found = self.finds_the_truth(*SCAN, "--rate", "5000", "--output-also", "xml:r.xml",
                                             **self.jump(jump))
                times = [int(record["timestamp"]) for record in found]
                self.assertLess(max(times) - min(times), 60, "the order of events is kept")
                self.assertAlmostEqual(self.ended_at() - min(times), jump, delta=60,
                                       msg="the clock did not jump")

    def test_a_scan_that_was_killed_goes_on_at_another_time(self):
        for jump in (-2 * HOUR, 2 * HOUR, -63 * YEAR):
            with self.subTest(jump=jump):
                program = self.start(*SCAN, "--rate", "5000", "-oD", "r.ndjson")
                self.wait_until(lambda: (self.folder / "paused.conf").exists() and
                                self.read("r.ndjson"), "a checkpoint, and results", program)
                program.kill()
                self.is_complete(self.run_program("--resume", "paused.conf", "--rate", "20000",
                                                  **self.jump(jump, after=0)))


class Environment(Surroundings):
    def test_it_is_strange(self):
        for environment in ({}, {"TZ": "Antarctica/Troll"}, {"TZ": "\x01nonsense/" + "x" * 5000},
                            {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "ar_EG"}, {"LANG": "\x1b]0;x"},
                            {"PATH": ""}, {"PATH": "/nowhere:" * 1000}, {"HOME": "/nowhere"},
                            {"TERM": "x" * 10000, "COLUMNS": "-1", "LINES": "0"}):
            with self.subTest(environment=str(environment)[:60]):
                self.finds_the_truth(*SCAN, "--rate", "20000", env=environment)

    def test_its_variable_makes_no_sense(self):
        environment = {**os.environ, "MASSCAN_INSTRUCTIONS": "mmx\x1b[31m"}
        ended = self.run_program(*SCAN, "--rate", "20000", env=environment)
        self.assertNotIn("\x1b", self.check_run(ended).errors)

    def test_the_folder_has_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        self.is_complete(self.run_program(*SCAN, "--rate", "20000", "-oD",
                                          str(self.folder / "r.ndjson"), cwd=gone,
                                          preexec_fn=gone.rmdir))


class Arguments(Surroundings):
    def said(self, code, *words, **options):
        return self.check_run(self.run_program(*words, **options), code).errors

    def test_there_are_none_not_even_a_name(self):
        # execve with an empty vector: Linux gives the program an empty name since 5.18.
        nameless = ("import ctypes, sys; "
                    "ctypes.CDLL(None).execv(sys.argv[1].encode(), (ctypes.c_char_p * 1)())")
        with open(self.folder / "usage", "wb") as usage:
            ended = self.run_program(tracer=(sys.executable, "-c", nameless), stdout=usage)
        self.assertEqual(ended.code, 1, ended.errors)
        self.assertRegex(self.read("usage"), r"\Amasscan finds open TCP ports")
        faults.count("said")

    def test_there_are_very_many(self):
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
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
