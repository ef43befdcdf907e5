"""How far a scan is, as other people's programs read it from standard error, and when it ends."""

import fcntl
import json
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

import lab
from lab import MASSCAN, Lab, read_discovered

# Some 2,000 probes in half a second: 2 s of scanning are four times that.
SIM = (MASSCAN, "-e", "sim", "10.0.0.0/23", "-p80,443", "--rate", "1000", "--checkpoint", "none")
PERCENT = re.compile(r"(\d+\.\d+)% done,")
FOUND = re.compile(r"found=(\d+)")
RATE = re.compile(r"rate: *(\d+\.\d+)-kpps")
TRANSPORTS = ("af_packet", "xdp", "pcap")
RATES = (100, 1000, 10_000, 100_000)


def sim(*words):
    ended = subprocess.run([*SIM, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended


class LinesForPeople(unittest.TestCase):
    def assert_progress(self, errors, found):
        chunks = [chunk for chunk in re.split("[\r\n]", errors) if chunk.startswith("rate:")]
        self.assertGreaterEqual(len(chunks), 4, errors)
        for chunk in chunks:
            for pattern in (PERCENT, FOUND, RATE):
                self.assertEqual(len(pattern.findall(chunk)), 1, chunk)
        self.assertEqual(FOUND.findall(errors)[-1], str(found))
        self.assertEqual(PERCENT.findall(errors)[-1], "100.00")

    # GaspardCulis/node-masscan:src/masscan.ts, and two scanners in Python: both streams are pipes,
    # and these three are looked for in what comes.
    def test_e02_a_pipe_gets_the_status_line(self):
        ended = sim()
        self.assert_progress(ended.stderr, len(read_discovered(ended.stdout)))

    def test_e02_a_file_gets_the_status_line(self):
        with tempfile.TemporaryFile("w+") as log:
            ended = subprocess.run(SIM, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=log, text=True, check=True, timeout=60)
            log.seek(0)
            self.assert_progress(os.pread(log.fileno(), 1 << 20, 0).decode(),
                                 len(read_discovered(ended.stdout)))

    def test_e02_a_terminal_gets_the_status_line(self):
        here, there = pty.openpty()
        with subprocess.Popen(SIM, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=there,
                              text=True) as process:
            os.close(there)
            errors = b""
            while piece := read_terminal(here):
                errors += piece
            stdout = process.stdout.read()
        os.close(here)
        self.assert_progress(errors.decode(), len(read_discovered(stdout)))

    # Python's Popen(..., stderr=PIPE) with wait(): nobody reads, and the pipe fills up.
    def test_e02_a_pipe_that_nobody_reads_holds_nothing_up(self):
        reader, writer = os.pipe()
        # Four pages, two of them full: a pipe polls writable while a whole page is free.
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 16384)
        os.write(writer, b"x" * 8192)
        ended = subprocess.run(SIM, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writer,
                               text=True, timeout=60, check=True)
        os.close(writer)
        with open(reader, encoding="ascii") as pipe:
            errors = pipe.read()
        self.assertEqual(FOUND.findall(errors), [str(len(read_discovered(ended.stdout)))])
        self.assertIn("\nFound ", errors)

    def test_e02_nostatus_has_none(self):
        errors = sim("--nostatus").stderr
        self.assertNotIn("rate:", errors)
        self.assertNotIn("\r", errors)
        self.assertIn("\nFound ", errors)


def read_terminal(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other end has gone
        return b""


class ObjectsForPrograms(unittest.TestCase):
    def objects(self, *words):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "found"
            ended = sim("--ndjson-status", "-oL", path, *words)
            found = len(lab.read_list(path))
        objects = [json.loads(line) for line in ended.stderr.splitlines()]
        for one in objects:  # what readers take for granted
            self.assertIn(one["state"], ("running", "waiting"))
            self.assertLessEqual(one["progress"]["percent"], 100)
            self.assertIn("pps", one["rate"])
        self.assertEqual(objects[-1]["progress"]["percent"], 100)
        self.assertEqual(objects[-1]["progress"]["found"], found)
        self.assertEqual(objects[-1]["counters"]["open"], found)
        self.assertEqual([one for one in objects if "counters" in one], objects[-1:])
        return objects

    # dumbasPL/masscan-node:src/masscan.ts: a line that is no JSON is an error, which ends a program
    # that does not listen for errors.
    def test_e03_every_line_is_an_object_and_the_last_one_is_the_end(self):
        self.assertGreaterEqual(len(self.objects()), 4)

    # All answer, and so the scan is over before anybody waits.
    def test_e03_the_end_is_told_where_all_answer_at_once(self):
        self.objects("--sim-open", "1", "--retries", "1")

    def test_e03_notes_are_members(self):
        objects = self.objects("--sendq", "--metrics", "0")
        notes = [note for one in objects for note in one.get("notes", [])]
        self.assertTrue(any("sendq" in note for note in notes), notes)
        self.assertTrue(any("metrics are at" in note for note in notes), notes)

    def test_e03_nostatus_leaves_the_end(self):
        self.assertEqual(len(self.objects("--nostatus")), 1)

    def test_e03_an_error_is_a_sentence(self):
        ended = subprocess.run([*SIM, "--ndjson-status", "-oL", "/nowhere/found"],
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"\Amasscan: cannot open /nowhere/found[^\n]+\n\Z")


class Ends(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))

    def scan(self, *words):
        scan = self.lab.scan(*words)
        self.assertEqual(scan.code, 0, scan.stderr)
        return scan

    # rishiarora123/SRAS-Scanner:data/Files/masscan_runner.py (-p443 --rate 10000 --wait 0),
    # knightKevin2004 (--rate 100000 --wait=0), zan8in/masscan's advice.
    def test_e04_wait_0_takes_what_answers_at_once(self):
        self.lab.set_network("--open", 1_000_000)
        for transport in TRANSPORTS:
            for run in range(20):
                words = ("--transport", transport, "--rate", RATES[run % len(RATES)])
                with self.subTest(words):
                    scan = self.scan("10.9.1.1-10.9.1.3", "-p80", "--wait", "0", *words)
                    self.assertEqual(len(scan.found), 3, scan.stderr)

    def test_e04_wait_0_takes_what_answers_among_the_silent(self):
        self.lab.set_network("--open", 500_000)
        for transport in TRANSPORTS:
            for wait in ("0", "0.01", "0.3"):
                words = ("--transport", transport, "--wait", wait, "--rate", "10000")
                with self.subTest(words):
                    scan = self.scan("10.9.1.0/24", "-p80", *words)
                    self.assertEqual(scan.found, lab.truth("10.9.1.0/24", ports="80",
                                                           open_ppm=500_000))

    def test_e04_wait_0_does_not_wait_for_the_silent(self):
        self.lab.set_network("--open", 0)
        for wait in ("0", "0.01"):
            scan = self.scan("10.9.1.1", "-p80", "--wait", wait)
            self.assertLess(float(re.search(r"probes in ([\d.]+) s", scan.stderr)[1]), 1)

    # Nobody answers a single probe, which cannot be late.
    def test_e29_no_packet_is_missed_where_none_is_left_to_send(self):
        self.lab.set_network("--open", 0)
        for rate in ("100", "100000"):
            scan = self.scan("10.9.1.1", "-p80", "--wait", "0.1", "--rate", rate)
            self.assertNotIn("fewer than the rate", scan.stderr)


if __name__ == "__main__":
    lab.main()
