"""Files are whole at every instant: strict readers (strict.py) accept them after any signal at any
moment; a full disk loses no record that had room."""

import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time
import unittest

import strict

MASSCAN = os.path.abspath(os.environ["MASSCAN"])


def output_words(folder, names):
    """Options that write these formats at once."""
    return [word for name in names for word in ("--output-also", f"{name}:{folder / name}")]


def run(*words, **options):
    return subprocess.run([MASSCAN, *map(str, words)], capture_output=True, text=True,
                          timeout=100, **options)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Killed(InFolder):
    """Scans of the simulated internet that write every format at once, and end by a signal."""

    FORMATS = tuple(strict.READERS)
    NOT_READ_BACK = ("csv", "unicornscan", "nmap-xml")
    LAST_LINES = {"list": "# end", "grepable": "# Masscan done at .*", "unicornscan": "# end"}
    AT_ONCE = 20

    def start(self, number):
        folder = self.folder / str(number)
        folder.mkdir()
        with open(folder / "told", "w", encoding="ascii") as told:
            scanner = subprocess.Popen(
                [MASSCAN, "-e", "sim", "--seed", str(number), "10.0.0.0/14", "-p80,443", "--rate",
                 "4000", "--wait", "0", "--interactive", *output_words(folder, self.FORMATS)],
                cwd=folder, stdout=told, stderr=subprocess.DEVNULL)
        self.addCleanup(scanner.kill)
        return folder, scanner

    def end_some(self, numbers, signals, moments):
        """Folders of as many scans, each ended by its signal."""
        scans = [self.start(number) for number in numbers]
        for folder, scanner in scans:
            while not (folder / "told").stat().st_size:
                self.assertIsNone(scanner.poll())  # it runs for minutes
                time.sleep(0.005)
        begin = time.monotonic()
        due = sorted((moments.uniform(0, 0.4), number) for number in range(len(scans)))
        for moment, number in due:
            time.sleep(max(0, begin + moment - time.monotonic()))
            scans[number][1].send_signal(signals[number])
        for _, scanner in scans:
            scanner.wait(timeout=60)
        return [folder for folder, _ in scans]

    def test_at_a_hundred_moments_leaves_whole_files(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        kinds = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
        for begin in range(0, 100, self.AT_ONCE):
            numbers = range(begin, begin + self.AT_ONCE)
            signals = [kinds[number % 3] for number in numbers]
            for folder, number in zip(self.end_some(numbers, signals, moments), signals):
                with self.subTest(seed=seed, folder=folder.name, signal=number.name):
                    if number == signal.SIGKILL:
                        self.check_killed(folder)
                    else:
                        self.check_ended(folder)

    @staticmethod
    def told(folder):
        """What standard output has told, which comes after the files."""
        lines = (folder / "told").read_text(encoding="ascii").split("\n")[:-1]
        return {(line.split()[5], line.split()[3].split("/")[0]) for line in lines}

    def check_ended(self, folder):
        told = self.told(folder)
        self.assertGreater(len(told), 0)
        for name in self.FORMATS:
            found = strict.READERS[name](folder / name)
            self.assertEqual(len(found), len(set(found)), name)
            self.assertEqual(set(found), told, name)
        for name, line in self.LAST_LINES.items():
            text = (folder / name).read_text(encoding="ascii")
            self.assertRegex(text.splitlines()[-1], line, name)
        self.assertEqual((folder / "binary").read_bytes()[-99:].rstrip(b"\0"), b"masscan/1.1")

    def check_killed(self, folder):
        told = self.told(folder)
        ended = run("--offline", "10.0.0.1", "-p80", "--append-output",
                    *output_words(folder, self.NOT_READ_BACK))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for name in self.FORMATS:
            path = folder / name
            if name in self.NOT_READ_BACK:  # but gone on with, as just now
                found = strict.READERS[name](path)
            else:
                ended = run("--readscan", path, "-oL", "-")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertNotIn("left out", ended.stderr)
                found = [(line.split()[3], line.split()[2])
                         for line in ended.stdout.splitlines() if line.startswith("open")]
            self.assertEqual(len(found), len(set(found)), name)
            self.assertLessEqual(told, set(found), name)


class FullDisk(InFolder):
    """A tmpfs of a few pages, in a mount namespace of its own."""

    DISK_BYTES = 64 << 10
    SCRIPT = """
      mount -t tmpfs -o size=64k tmpfs disk || exit 99
      "$@"; code=$?
      cp disk/results kept
      exit $code
    """

    def fill(self, name, other):
        """How a scan ends whose one file is on a small disk, and the other elsewhere."""
        (self.folder / "disk").mkdir(exist_ok=True)
        return subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", self.SCRIPT, "sh",
             MASSCAN, "-e", "sim", "10.0.0.0/14", "-p80", "--rate", "400000", "--output-also",
             f"{name}:disk/results", "--output-also", f"{other}:all"],
            cwd=self.folder, capture_output=True, text=True, timeout=60)

    def test_keeps_every_record_that_has_room_and_says_which_file_and_why(self):
        probe = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"],
                               capture_output=True, text=True)
        if probe.returncode != 0:
            self.skipTest(f"no mount namespace can be made: {probe.stderr.strip()}")
        for name, reader in strict.READERS.items():
            with self.subTest(name):
                other = "list" if name == "csv" else "csv"
                ended = self.fill(name, other)
                self.assertEqual(ended.returncode, 1, ended.stderr)
                self.assertIn("cannot write results to disk/results: No space left on device",
                              ended.stderr)
                kept = reader(self.folder / "kept")
                everything = strict.READERS[other](self.folder / "all")
                self.assertGreater(len(everything), len(kept))
                self.assertEqual(kept, everything[:len(kept)])
                # Neither one more record nor what a trailer needs would have had room.
                used = (self.folder / "kept").stat().st_size
                self.assertGreater(used, self.DISK_BYTES - 600)


if __name__ == "__main__":
    unittest.main()
