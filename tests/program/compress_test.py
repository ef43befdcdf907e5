"""Compressed files of results, as gzip and zstd themselves see them."""

import signal
import subprocess
import time
import unittest

from output_test import MASSCAN, READERS, Output, run, sim, truth
from resume_test import POINT

PROGRAMS = {".gz": "zcat", ".zst": "zstdcat"}
# Their hosts are merged when everything is there, which needs a file that can be rewritten.
FORMATS = [name for name in READERS if name != "nmap-xml"]


class Packed(Output):
    def words(self, suffix=""):
        return [word for name in FORMATS
                for word in ("--output-also", f"{name}:{self.folder / (name + suffix)}")]

    def read_all(self, suffix=""):
        """Decompressed by the program of its ending, which finds no fault with it."""
        found = {}
        for name in FORMATS:
            packed = self.folder / (name + suffix)
            plain = self.folder / f"plain-{name}"
            with open(plain, "wb") as file:
                ended = subprocess.run([PROGRAMS[suffix], packed], stdout=file, timeout=60,
                                       stderr=subprocess.PIPE)
            self.assertEqual((ended.returncode, ended.stderr), (0, b""), packed)
            found[name] = sorted(READERS[name](plain))
        return found

    def check_all_are(self, expected, suffix=""):
        for name, found in self.read_all(suffix).items():
            self.assertEqual(found, expected, name + suffix)


class Compressed(Packed):
    def test_holds_the_truth_and_is_smaller(self):
        for suffix in PROGRAMS:
            ended = sim("10.0.0.0/19", "-p80,443", *self.words(suffix))
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.check_all_are(truth("10.0.0.0/19", "80,443"), suffix)
            for name in FORMATS:
                packed = (self.folder / (name + suffix)).stat().st_size
                self.assertLess(packed, (self.folder / f"plain-{name}").stat().st_size / 2, name)

    def test_goes_on_as_one_document_when_appended_to(self):
        for suffix in PROGRAMS:
            for number in ("0", "1"):
                ended = sim(f"10.0.{number}.0/24", "-p80", "--append-output", *self.words(suffix))
                self.assertEqual(ended.returncode, 0, ended.stderr)
            self.check_all_are(truth("10.0.0.0/23", "80"), suffix)

    def test_is_rotated_into_whole_files(self):
        (self.folder / "done").mkdir()
        ended = sim("10.0.0.0/18", "-p80,443", "--rate", "10000", "--rotate", "1s", "--rotate-dir",
                    self.folder / "done", "-oJ", self.folder / "scan.json.gz")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        found = []
        for file in (self.folder / "done").iterdir():
            plain = self.folder / "plain"
            plain.write_bytes(subprocess.run(["zcat", file], check=True,
                                             capture_output=True).stdout)
            found += READERS["json"](plain)
        self.assertGreater(len(list((self.folder / "done").iterdir())), 2)
        self.assertEqual(sorted(found), truth("10.0.0.0/18", "80,443"))

    def test_by_size_keeps_both_endings(self):
        ended = sim("10.0.0.0/20", "-p80", "--rotate-size", "1k", "--rotate-dir", self.folder,
                    "-oD", self.folder / "scan.ndjson.zst")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(names, [f"scan-{n:05}.ndjson.zst" for n in range(len(names))])

    def test_goes_to_standard_output_if_told_to(self):
        ended = subprocess.run(
            [MASSCAN, "-e", "sim", "--sim-key", "9", "10.0.0.0/24", "-p80", "--rate", "9000",
             "--wait", "1", "--compress", "gzip", "-oD", "-"], capture_output=True, timeout=60)
        plain = self.folder / "plain"
        plain.write_bytes(subprocess.run(["zcat"], input=ended.stdout, check=True,
                                         capture_output=True).stdout)
        self.assertEqual(sorted(READERS["ndjson"](plain)), truth("10.0.0.0/24", "80"))


class Killed(Packed):
    def interrupted(self, suffix, number):
        """A scan that has a checkpoint, and results in every file."""
        scanner = subprocess.Popen(
            [MASSCAN, "-e", "sim", "--sim-key", "9", "10.0.0.0/17", "-p80", "--rate", "8000",
             *self.words(suffix)], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.addCleanup(scanner.wait)
        self.addCleanup(scanner.kill)
        self.wait_until(scanner, lambda: self.turn() > 0)
        began = self.turn()  # results leave by themselves once a second, and the checkpoint counts
        self.wait_until(scanner, lambda: self.turn() > began + 6000)  # on what was found later
        scanner.send_signal(number)
        scanner.wait(timeout=30)

    def turn(self):
        """How far the checkpoint is; nothing if there is none."""
        checkpoint = self.folder / "paused.conf"
        points = POINT.findall(checkpoint.read_text()) if checkpoint.exists() else [0]
        return max(map(int, points))

    def wait_until(self, scanner, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(scanner.poll())
            time.sleep(0.02)

    def test_it_is_readable_to_its_end_and_goes_on(self):
        expected = truth("10.0.0.0/17", "80")
        for suffix in PROGRAMS:
            for number in (signal.SIGKILL, signal.SIGINT):
                with self.subTest(suffix=suffix, signal=number):
                    self.interrupted(suffix, number)
                    for name, found in self.read_all(suffix).items():
                        self.assertLessEqual(set(found), set(expected), name)
                    ours = run("--readscan", self.folder / ("json" + suffix), "-oL", "-")
                    self.assertEqual((ours.returncode, ours.stderr), (0, ""))
                    self.assertGreater(ours.stdout.count("open tcp"), 10)
                    theirs = subprocess.run([PROGRAMS[suffix], self.folder / ("json" + suffix)],
                                            capture_output=True, text=True, check=True)
                    self.assertEqual(theirs.stdout.count('"ip"'), ours.stdout.count("open tcp"))
                    ended = run("--resume", "paused.conf", "--rate", "50000", cwd=self.folder)
                    self.assertEqual(ended.returncode, 0, ended.stderr)
                    self.check_all_are(expected, suffix)


if __name__ == "__main__":
    unittest.main()
