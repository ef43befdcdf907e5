"""--readscan and --diff as a user meets them: real files, exit codes, messages, memory."""

import gzip
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import tempfile
import time
import unittest

MASSCAN = os.environ["MASSCAN"]
HEADER = b"masscan/1.1\ns:1700000000\n".ljust(99, b"\0")
TRAILER = b"masscan/1.1".ljust(99, b"\0")


def run(*words, **options):
    return subprocess.run([MASSCAN, *map(str, words)], capture_output=True, text=True, timeout=100,
                          **options)


def status(address, port, *, closed=False, protocol=6, when=1700000000):
    return struct.pack(">BBIIBHBB", 7 if closed else 6, 13, when, address, protocol, port, 0x12, 64)


def banner(address, port, application, text):
    return struct.pack(">BBIIBHHB", 9, 14 + len(text), 1700000000, address, 6, port, application,
                       64) + text


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def scan(self, name, *records):
        return self.file(name, HEADER + b"".join(records) + TRAILER)

    def lines(self, *words):
        """Of a list, without its first and last one."""
        ended = run(*words, "-oL", "-")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout.splitlines()[1:-1]


class Onto(Files):
    """A conversion whose input is its output, under whatever name."""

    def setUp(self):
        super().setUp()
        self.old = self.scan("old.bin", status(1, 80))
        self.new = self.scan("new.bin", status(2, 80))
        self.before = self.old.read_bytes()

    def refused(self, *words, **options):
        ended = run(*words, **options)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertRegex(ended.stderr, r"\Amasscan: output: .+\n\Z")
        self.assertEqual(self.old.read_bytes(), self.before)
        return ended.stderr

    def test_the_same_name(self):
        for more in ((), ("--append-output",)):
            self.assertIn(f"output: {self.old} is what is read as {self.old}; write to another",
                          self.refused("--readscan", self.new, self.old, "-oB", self.old, *more))

    def test_another_name(self):
        link, hard = self.folder / "link", self.folder / "hard"
        link.symlink_to(self.old)
        hard.hardlink_to(self.old)
        for name in (link, hard, f"{self.folder}/./old.bin"):
            self.refused("--readscan", self.old, "-oL", name)
            self.refused("--readscan", self.old, "-oL", self.folder / "x", "--output-also",
                         f"json:{name}")
            self.refused("--readscan", self.new, "-oL", self.old, "--output-also", f"json:{name}")
        self.assertFalse((self.folder / "x").exists())

    def test_standard_output(self):
        for words in (("-oB", "-"), ()):
            with open(self.old, "ab") as output:
                self.assertIn("standard output is", self.refused_into(output, words))

    def refused_into(self, output, words):
        ended = subprocess.run([MASSCAN, "--readscan", self.old, *words], stdout=output,
                               stderr=subprocess.PIPE, text=True, timeout=10)
        self.assertEqual((ended.returncode, self.old.read_bytes()), (2, self.before))
        return ended.stderr

    def test_standard_input(self):
        with open(self.old, "rb") as source:
            self.refused("--readscan", "-", "-oL", self.old, stdin=source)

    def test_differences(self):
        self.refused("--diff", self.old, self.new, "-oD", self.old)
        self.refused("--diff", self.new, self.old, "-oD", self.old)

    def test_targets_of_a_scan(self):
        targets = self.file("targets", b"10.0.0.1\n")
        for option in ("-iL", "--excludefile"):
            self.refused("-e", "sim", "10.0.0.2", "-p80", option, targets, "-oL", targets)
        self.assertEqual(targets.read_bytes(), b"10.0.0.1\n")


class Reading(Files):
    def test_every_format_can_be_made_of_every_other(self):
        scan = self.scan("scan.bin", status(1, 80), status(2, 53, protocol=17),
                         banner(1, 80, 4, b"a\n<b>\xff"))
        wanted = self.lines("--readscan", scan)
        self.assertEqual(len(wanted), 3)
        for letter in "LXJDB":
            with self.subTest(letter):
                other = self.folder / f"other.{letter}"
                self.assertEqual(run("--readscan", scan, f"-o{letter}", other).returncode, 0)
                self.assertEqual(self.lines("--readscan", other), wanted)
                packed = self.file("packed.gz", gzip.compress(other.read_bytes()))
                self.assertEqual(self.lines("--readscan", packed), wanted)

    def test_standard_input_is_a_file_too(self):
        ended = run("--readscan", "-", "-oL", "-", stdin=subprocess.DEVNULL)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))

    def test_a_missing_file_is_an_error_and_the_others_are_read(self):
        scan = self.scan("scan.bin", status(1, 80))
        ended = run("--readscan", "/nonexistent", scan, "-oL", "-")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("/nonexistent: cannot open: No such file", ended.stderr)
        self.assertIn("open tcp 80 0.0.0.1 1700000000\n", ended.stdout)

    def test_damage_is_named_with_its_offset_and_the_rest_is_read(self):
        scan = self.file("scan.bin",
                         HEADER + status(1, 80) + b"\x63\x01x" + status(2, 81) + b"\x06")
        ended = run("--readscan", scan, "-oL", "-")
        self.assertEqual(ended.returncode, 0)
        self.assertEqual(ended.stdout.count("open tcp"), 2)
        self.assertIn(f"{scan}: byte 114: the record is of an unknown type", ended.stderr)
        self.assertIn(f"{scan}: byte 132: the file ends in the middle of a record", ended.stderr)

    def test_a_thousand_pieces_of_damage_are_eleven_notes(self):
        scan = self.scan("scan.bin", *[b"\x63\x00"] * 1000)
        notes = run("--readscan", scan, "-oL", "-").stderr.splitlines()
        self.assertEqual(len(notes), 11)
        self.assertIn("1000 pieces make no sense", notes[-1])

    def test_every_spelling_reads_files_and_not_the_system_configuration(self):
        scan = self.scan("scan.bin", status(1, 80))
        for spelling in (["--read-scan", scan], [f"--readscan={scan}"], ["--READSCAN", scan]):
            with self.subTest(spelling):
                self.assertEqual(len(self.lines(*spelling)), 1)

    def test_filters(self):
        first, second = self.scan("a", status(1, 80), status(2, 443)), self.scan(
            "b", status(3, 53, protocol=17), status(4, 53, when=1700000100),
            status(5, 80, closed=True), banner(5, 80, 4, b"x"), banner(5, 80, 3, b"y"))
        read = ["--readscan", first, second]
        cases = {
            (): ["80 0.0.0.1", "443 0.0.0.2", "53 0.0.0.3", "53 0.0.0.4", "80 0.0.0.5",
                 "80 0.0.0.5"],
            ("--range", "0.0.0.1-0.0.0.3"): ["80 0.0.0.1", "443 0.0.0.2", "53 0.0.0.3"],
            ("--range", "0.0.0.0/24", "--exclude", "0.0.0.0/29"): [],
            ("--range", "::/0"): [],
            ("--exclude", "0.0.0.1-0.0.0.4"): ["80 0.0.0.5", "80 0.0.0.5"],
            ("-p53",): ["53 0.0.0.4"],
            ("-pU:53",): ["53 0.0.0.3"],
            ("-p80", "--exclude-ports", "80"): [],
            ("--exclude-ports", "80,443"): ["53 0.0.0.3", "53 0.0.0.4"],
            ("--banner-types", "ssh"): ["80 0.0.0.5"],
            ("--nobanners", "--show", "closed", "--noshow", "open"): ["80 0.0.0.5"],
            ("--since", "2023-11-14T22:14"): ["53 0.0.0.4"],
            ("--until", "1699999999"): [],
        }
        for words, wanted in cases.items():
            with self.subTest(words):
                found = [" ".join(line.split()[2:4]) for line in self.lines(*read, *words)]
                self.assertEqual(found, wanted)

    def test_dialects_are_told_apart_guessed_or_given(self):
        told = self.scan("told", banner(1, 80, 16, b"Welcome"))
        self.assertIn(" title Welcome", self.lines("--readscan", told)[0])
        self.assertIn(" X509CA Welcome",
                      self.lines("--readscan", told, "--readscan-dialect", "head")[0])
        guessed = self.scan("guessed", banner(1, 7, 20, b"a"), banner(1, 7, 20, b"b"))
        ended = run("--readscan", guessed, "-oL", "-")
        self.assertEqual(ended.stdout.count(" vuln "), 2)
        self.assertEqual(ended.stderr.count("nothing tells which masscan has numbered"), 1)
        self.assertIn(f"{guessed}: byte 99: ", ended.stderr)
        self.assertIn(" heartbleed a",
                      self.lines("--readscan", guessed, "--readscan-dialect", "1.3.2")[0])

    def test_each_document_of_a_file_has_its_own_dialect(self):
        old = HEADER + banner(1, 80, 16, b"Welcome") + TRAILER
        new = HEADER + banner(2, 80, 31, b"nginx") + banner(2, 80, 17, b"Hello") + TRAILER
        kinds = [line.split()[5] for line in self.lines("--readscan", self.file("both", old + new))]
        self.assertEqual(kinds, ["title", "http.server", "title"])

    def peak_kib(self, scan):
        process = subprocess.Popen([MASSCAN, "--readscan", scan, "-oB", "/dev/null"])
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss

    def test_memory_does_not_grow_with_the_file(self):
        records = b"".join(status(n, 80) for n in range(10000)) + banner(1, 80, 4, bytes(100))
        small, large = self.scan("small", records), self.scan("large", records * 100)
        self.assertLess(self.peak_kib(large), self.peak_kib(small) + 4096)

    def test_an_interrupt_ends_the_waiting_for_who_reads_a_pipe(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen([MASSCAN, "--readscan", self.scan("scan", status(1, 80)), "-oL",
                                   pipe], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True)
        self.addCleanup(reader.communicate)
        self.addCleanup(reader.kill)
        state = pathlib.Path(f"/proc/{reader.pid}/status")
        deadline = time.monotonic() + 30
        while "State:\tS" not in state.read_text(encoding="utf-8"):
            self.assertLess(time.monotonic(), deadline, "it does not open the pipe")
            time.sleep(0.01)
        reader.send_signal(signal.SIGINT)
        self.assertIn("interrupted", reader.communicate(timeout=10)[1])
        self.assertEqual(reader.returncode, 1)

    def test_every_complete_record_survives_sigkill(self):
        moments = random.Random(1)
        for number in range(3):
            path = self.folder / f"killed.{number}"
            scan = subprocess.Popen(
                [MASSCAN, "-e", "sim", "10.0.0.0/12", "-p80", "--rate", "200000", "-oB", path],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while not (path.exists() and path.stat().st_size > 99):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(moments.random() / 20)
            time.sleep(moments.random() / 2)
            scan.send_signal(signal.SIGKILL)
            scan.wait()
            size = path.stat().st_size
            ended = run("--readscan", path, "-oL", "-")
            self.assertEqual(ended.returncode, 0)
            self.assertEqual(ended.stdout.count("open tcp"), (size - 99) // 15)


class Differences(Files):
    def setUp(self):
        super().setUp()
        self.old = self.scan("old", status(1, 80), status(2, 22), status(3, 443), status(4, 25),
                             banner(1, 80, 4, b"v1"), banner(4, 25, 11, b"same"))
        self.new = self.scan("new", status(4, 25), status(2, 22, closed=True), status(1, 80),
                             status(1, 8080), banner(4, 25, 11, b"same"),
                             banner(1, 80, 4, b"v\x012"), banner(1, 80, 3, b"late"))

    def test_in_words(self):
        ended = run("--diff", self.old, self.new)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertEqual(ended.stdout.splitlines(), [
            'changed 0.0.0.1 80/tcp ssh: "" -> "late"',
            'changed 0.0.0.1 80/tcp http: "v1" -> "v\\x012"',
            "opened 0.0.0.1 8080/tcp",
            "closed 0.0.0.2 22/tcp",
            "gone 0.0.0.3 443/tcp",
        ])

    def test_as_ndjson(self):
        ended = run("--diff", self.old, self.new, "-oD", "-")
        changes = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual([change["change"] for change in changes],
                         ["changed", "changed", "opened", "closed", "gone"])
        self.assertEqual(changes[2], {"change": "opened", "ip": "0.0.0.1", "port": 8080,
                                      "proto": "tcp", "before": "none", "after": "open"})
        self.assertEqual(changes[1]["after"], "v\x012")
        path = self.folder / "changes"
        self.assertEqual(run("--diff", self.old, self.new, "-oD", path).returncode, 0)
        self.assertEqual(path.read_text(encoding="ascii"), ended.stdout)

    def test_of_a_file_with_itself_there_is_none(self):
        ended = run("--diff", self.old, self.old)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))

    def test_filters(self):
        self.assertEqual(run("--diff", self.old, self.new, "-p443").stdout,
                         "gone 0.0.0.3 443/tcp\n")

    def test_needs_two_files(self):
        ended = run("--diff", self.old)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("write --diff OLD NEW", ended.stderr)


if __name__ == "__main__":
    unittest.main()
