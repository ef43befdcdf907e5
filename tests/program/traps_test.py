"""Traps of masscan that show only in a running program, and the page that lists all of them."""

import os
import re
import signal
import subprocess
import tempfile
import time
import unittest

MASSCAN = os.environ["MASSCAN"]
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FORMATS = os.path.join(ROOT, "docs", "formats")
SIMULATED = ["-e", "sim", "10.0.0.0/24", "-p80"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources():
    for folder in ("src", "tests"):
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            yield from (os.path.join(path, name) for name in names
                        if name.endswith((".cc", "_test.py")))


def format_pages():
    return [os.path.join(FORMATS, name) for name in os.listdir(FORMATS) if name.endswith(".md")]


class Traps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *words):
        return subprocess.Popen([MASSCAN, *words], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def test_t10_without_status_it_ends_and_finds_the_same(self):
        words = [*SIMULATED, "--rate", "10000", "--seed", "1"]
        found = []
        for more in ([], ["--nostatus"], ["--nostatus", "--wait", "1"]):
            with self.start(*words, *more) as scan:
                output, _ = scan.communicate(timeout=30)
            self.assertEqual(scan.returncode, 0)
            found.append(sorted(output.split("\n")))
        self.assertGreater(len(found[0]), 5)
        self.assertEqual(found[1:], found[:1] * 2)

    def test_t50_sigterm_ends_it_as_ctrl_c_does(self):
        path = os.path.join(self.folder, "found.list")
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), self.start(*SIMULATED, "--rate", "20", "-oL", path) as scan:
                told = ""
                while "rate:" not in told:
                    told += scan.stderr.read(1)
                scan.send_signal(number)
                began = time.monotonic()
                self.assertEqual(scan.wait(timeout=30), 0)
                self.assertLess(time.monotonic() - began, 10)
                self.assertTrue(read(path) == "" or read(path).endswith("# end\n"))


class Page(unittest.TestCase):
    def setUp(self):
        self.text = read(os.path.join(ROOT, "docs", "compatibility.md"))

    def test_has_every_trap_once(self):
        rows = [int(number) for number in re.findall(r"^\| T(\d+) \|", self.text, re.MULTILINE)]
        self.assertEqual(rows, list(range(1, 55)))

    def test_and_those_of_formats_name_tests_that_exist(self):
        there = set()
        for path in sources():
            code = read(path)
            there.update(re.findall(r"\bdef (test_\w+)\(", code))
            claims = re.findall(r"(?:TEST(?:_[FP])?|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+)", code)
            there.update(".".join(claim) for claim in claims)
        pages = [self.text, *(read(path) for path in format_pages())]
        named = re.findall(r"`([A-Z]\w+\.[A-Z]\w+|test_\w+)`", "\n".join(pages))
        self.assertEqual(set(named) - there, set())

    def test_of_formats_names_a_test_for_every_difference(self):
        _, differences = read(os.path.join(FORMATS, "README.md")).split("## Where we differ")
        rows = re.findall(r"^\|(?! \| masscan |---).*", differences, re.MULTILINE)
        self.assertGreater(len(rows), 20)
        for row in rows:
            self.assertRegex(row, r"`(\w+\.)?\w+` \|$")

    def test_names_a_test_for_every_trap_that_is_built(self):
        for line in self.text.splitlines():
            if re.match(r"\| T\d+ \|", line):
                self.assertRegex(line, r"`(\w+\.)?\w+` \|$|not built yet \|$")


if __name__ == "__main__":
    unittest.main()
