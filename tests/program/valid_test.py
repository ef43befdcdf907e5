"""Files are whole at every instant: strict readers (strict.py) accept what the program writes of
no, one and a million results, and after any signal at any moment; a full disk loses no record that
had room."""

import os
import pathlib
import random
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import strict

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
# A million, but for builds that are many times slower.
MANY = int(os.environ["MANY_RESULTS"])

FORMATS = [*strict.READERS, "hostonly", "interactive", "certs", "ndjson-base64"]


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


class EveryFormat(InFolder):
    def scan_of(self, hosts, ports):
        """A binary file: the first ports of the first addresses of 10/8, host by host."""
        header = b"masscan/1.1\ns:1700000000\n".ljust(99, b"\0")
        records = b"".join(
            struct.pack(">BBIIBHBB", 6, 13, 1700000000 + host, 0x0a000000 + host, 6, port, 18, 64)
            for host in range(hosts) for port in range(1, ports + 1))
        path = self.folder / "scan"
        path.write_bytes(header + records + b"masscan/1.1".ljust(99, b"\0"))
        return path

    def test_is_accepted_by_strict_readers_for_no_one_and_many_results(self):
        for hosts, ports in ((0, 0), (1, 1), (MANY // 20, 20)):
            scan = self.scan_of(hosts, ports)
            ended = run("--readscan", scan, *output_words(self.folder, FORMATS))
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            wanted = strict.read_binary(scan)
            self.assertEqual(len(wanted), hosts * ports)
            for name, reader in strict.READERS.items():
                self.assertEqual(reader(self.folder / name), wanted, name)
            self.check_simple_formats([address for address, _ in wanted])

    def check_simple_formats(self, addresses):
        self.assertEqual(self.lines("hostonly"), addresses)
        self.assertEqual([line.split()[-1] for line in self.lines("interactive")], addresses)
        self.assertEqual(self.lines("certs"), ["{finished: 1}"] if addresses else [])
        self.assertEqual(self.lines("ndjson-base64"), self.lines("ndjson"))

    def lines(self, name):
        return (self.folder / name).read_text(encoding="ascii").splitlines()


class Killed(InFolder):
    """Scans of the simulated internet that write several formats at once, and end by a signal."""

    FORMATS = ("xml", "json", "ndjson", "csv", "list", "binary")
    AT_ONCE = 20

    def start(self, number):
        folder = self.folder / str(number)
        folder.mkdir()
        with open(folder / "told", "w", encoding="ascii") as told:
            scanner = subprocess.Popen(
                [MASSCAN, "-e", "sim", "--seed", str(number), "10.0.0.0/14", "-p80,443", "--rate",
                 "10000", "--wait", "0", "--interactive", *output_words(folder, self.FORMATS)],
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
        self.assertTrue((folder / "list").read_bytes().endswith(b"\n# end\n"))
        self.assertEqual((folder / "binary").read_bytes()[-99:].rstrip(b"\0"), b"masscan/1.1")

    def check_killed(self, folder):
        told = self.told(folder)
        for name in self.FORMATS:
            path = folder / name
            if name == "csv":  # which we do not read back
                path = folder / "whole"
                path.write_bytes((folder / name).read_bytes().rpartition(b"\n")[0] + b"\n")
                found = strict.read_csv(path)
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
