"""A scan that is interrupted and goes on, on the simulated internet."""

import re
import signal
import subprocess
import time
import unittest

from output_test import LAB_TRUTH, MASSCAN, Output

POINT = re.compile(r"^resume-point = \S+ \S+ (\d+)", re.MULTILINE)
# 16,384 probes in three seconds.
SCAN = ("-e", "sim", "--sim-key", "9", "10.0.0.0/18", "-p80", "--rate", "5000", "--seed", "7")


class Interrupted(Output):
    def setUp(self):
        super().setUp()
        self.checkpoint = self.folder / "paused.conf"
        self.results = self.folder / "results"

    def finish(self, *words):
        return subprocess.run([MASSCAN, *words], cwd=self.folder, capture_output=True, text=True,
                              timeout=60)

    def turn(self):
        """How far the checkpoint is; nothing if there is none."""
        if not self.checkpoint.exists():
            return 0
        return max(map(int, POINT.findall(self.checkpoint.read_text())))

    def wait_for_turn(self, turn, scanner):
        deadline = time.monotonic() + 20
        while self.turn() < turn:
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(scanner.poll())
            time.sleep(0.01)

    def interrupted(self, number, *words):
        """A scan that ended by a signal when its checkpoint had come to probe 3,000."""
        scanner = self.start(*SCAN, *words)
        self.wait_for_turn(3000, scanner)
        began = time.monotonic()
        scanner.send_signal(number)
        scanner.wait(timeout=10)
        self.assertLess(time.monotonic() - began, 2)
        return scanner

    def found(self, name=None):
        """In the list, or in a file of another format."""
        results = self.results if name is None else self.folder / "plain"
        if name is not None:
            ended = self.finish("--readscan", name, "-oL", "plain")
            self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = [line.split() for line in results.read_text().splitlines()]
        return sorted((row[3], row[2]) for row in rows if row[0] == "open")

    def true(self, *ranges):
        lines = subprocess.run([LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", "80",
                                *ranges], capture_output=True, text=True, check=True).stdout
        return sorted(tuple(line.split()) for line in lines.splitlines())


class Resume(Interrupted):
    def test_goes_on_after_any_signal_and_finds_everything_once(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                scanner = self.interrupted(number, "-oL", "results")
                if number != signal.SIGKILL:
                    self.assertIn("to continue: masscan --resume paused.conf",
                                  scanner.stderr.read())
                self.assertLess(len(self.found()), len(self.true("10.0.0.0/18")))
                ended = self.finish("--resume", "paused.conf", "--rate", "50000")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertEqual(self.found(), self.true("10.0.0.0/18"))
                sent = int(re.search(r"Sent (\d+) probes", ended.stderr)[1])
                self.assertLess(sent, 16384 - 3000 + 5000)
                self.assertFalse(self.checkpoint.exists(), "it is complete")
                self.results.unlink()

    def test_who_did_not_answer_is_told_once(self):
        shown = ("--show", "closed,silent", "-oL")
        self.finish(*SCAN, "-pU:9999", "--rate", "50000", *shown, "whole")
        expected = self.states("whole")
        self.assertGreater(sum(state == "open|filtered" for state, *_ in expected), 7000)
        for workers in ("1", "3"):
            with self.subTest(workers=workers):
                self.interrupted(signal.SIGINT, "-pU:9999", "--workers", workers, *shown,
                                 "results")
                self.assertIn("open|filtered", self.results.read_text())
                ended = self.finish("--resume", "paused.conf", "--rate", "50000")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertEqual(self.states("results"), expected)
                self.results.unlink()

    def states(self, name):
        rows = [line.split() for line in (self.folder / name).read_text().splitlines()]
        return sorted((row[0], row[1], row[3]) for row in rows if not row[0].startswith("#"))

    def test_special_purpose_addresses_are_left_out_of_the_same_targets(self):
        scanner = self.interrupted(signal.SIGINT, "9.255.240.0-10.1.255.255", "-oL", "results")
        self.assertIn("leaving out 114688 special-purpose addresses: 10.0.0.0/8 (Private-Use",
                      scanner.stderr.read())
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.found(), self.true("9.255.240.0/20", "10.0.0.0/18"))

    def test_every_format_is_gone_on_with(self):
        for option in ("-oX", "-oJ", "-oD", "-oG"):
            with self.subTest(option=option):
                self.interrupted(signal.SIGKILL, option, "results")
                ended = self.finish("--resume", "paused.conf", "--rate", "50000")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                text = self.results.read_text()
                found = re.findall(r"10\.0\.\d+\.\d+", text)
                self.assertEqual(len(found), len(self.true("10.0.0.0/18")))
                self.assertEqual(len(set(found)), len(found), "something was found twice")
                self.results.unlink()

    def test_what_one_of_several_files_lacks_is_written_into_it(self):
        """Files leave at different times: whatever ends a scan may leave one behind another."""
        names = {"list": "results", "ndjson": "r.ndjson", "binary": "r.bin", "xml": "r.xml.gz"}
        outputs = [word for name, file in names.items()
                   for word in ("--output-also", f"{name}:{file}")]
        for behind in ("results", "r.ndjson"):
            with self.subTest(behind=behind):
                self.interrupted(signal.SIGKILL, *outputs)
                late = self.folder / behind
                lines = late.read_text().splitlines(keepends=True)
                late.write_text("".join(lines[:-20]))
                ended = self.finish("--resume", "paused.conf", "--rate", "50000")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                for name in names.values():
                    self.assertEqual(self.found(name), self.true("10.0.0.0/18"), name)
                for name in names.values():
                    (self.folder / name).unlink()

    def test_after_any_sigkill_each_of_several_files_holds_everything_once(self):
        names = ("results", "r.json.zst", "r.xml")
        words = ("-oL", "results", "--output-also", "json:r.json.zst", "--output-also",
                 "xml:r.xml")
        for number in range(6):
            scanner = self.start(*SCAN, *words)
            self.wait_for_turn(1000, scanner)
            time.sleep(number * 0.23)  # anywhere between two checkpoints
            scanner.kill()
            scanner.wait()
            ended = self.finish("--resume", "paused.conf", "--rate", "50000")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            for name in names:
                self.assertEqual(self.found(name), self.true("10.0.0.0/18"), f"{name} {number}")
            for name in names:
                (self.folder / name).unlink()

    def test_of_several_files_those_that_can_be_read_back_are(self):
        self.interrupted(signal.SIGKILL, "-oC", "results.csv", "-oB", "results.bin")
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        ended = self.finish("--readscan", "results.bin", "-oL", "results")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.found(), self.true("10.0.0.0/18"))
        rows = (self.folder / "results.csv").read_text().splitlines()
        self.assertEqual(len(rows), 1 + len(self.found()))

    def test_goes_on_in_a_rotated_file(self):
        (self.folder / "done").mkdir()
        self.interrupted(signal.SIGKILL, "-oL", "results", "--rotate-size", "2k",
                         "--rotate-dir", "done")
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = [line.split() for file in (self.folder / "done").iterdir()
                for line in file.read_text().splitlines()]
        found = {(row[3], row[2]) for row in rows if row[0] == "open"}
        self.assertEqual(sorted(found), self.true("10.0.0.0/18"))

    def test_what_is_excluded_later_is_not_asked_any_more_and_never_again(self):
        self.interrupted(signal.SIGINT, "-oL", "results")
        before = self.found()
        scanner = self.start("--resume", "paused.conf", "--exclude", "10.0.32.0/19")
        while "resume-exclude" not in self.checkpoint.read_text():
            self.assertIsNone(scanner.poll())
            time.sleep(0.01)
        scanner.kill()
        scanner.wait()
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("excluded", ended.stderr)
        new = sorted(set(self.found()) - set(before))
        self.assertEqual(new, sorted(set(self.true("10.0.0.0/19")) - set(before)))

    def test_what_is_excluded_while_it_runs_is_not_asked_after_it_either(self):
        excludes = self.folder / "excludes"
        excludes.write_text("192.0.2.0/24\n")
        scanner = self.start(*SCAN, "-oL", "results", "--excludefile", "excludes")
        self.wait_for_turn(1000, scanner)
        excludes.write_text("192.0.2.0/24\n10.0.32.0/19\n")
        scanner.send_signal(signal.SIGHUP)
        self.wait_for_turn(self.turn() + 2000, scanner)
        scanner.kill()
        scanner.wait()
        before = self.found()
        excludes.unlink()
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        new = set(self.found()) - set(before)
        self.assertEqual(new, set(self.true("10.0.0.0/19")) - set(before))

    def test_refuses_to_be_another_scan(self):
        self.interrupted(signal.SIGKILL, "-oL", "results")
        for words in (["-p443"], ["10.1.0.1"], ["--seed", "8"], ["--shard", "1/2"],
                      ["--retries", "1"]):
            ended = self.finish("--resume", "paused.conf", *words)
            self.assertEqual(ended.returncode, 2, words)
            self.assertIn("not the scan that was interrupted", ended.stderr + ended.stdout)


class Infinite(unittest.TestCase):
    def test_asks_everything_again_in_another_order_until_it_is_stopped(self):
        scanner = subprocess.Popen(
            [MASSCAN, "-e", "sim", "--sim-key", "9", "10.0.0.0/26", "-p80", "--rate", "500",
             "--infinite", "--sim-open", "0.3", "--wait", "1", "--checkpoint", "none"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(scanner.kill)
        true = len(subprocess.run(
            [LAB_TRUTH, "--key", "9", "--open", "300000", "--ports", "80", "10.0.0.0/26"],
            capture_output=True, text=True, check=True).stdout.splitlines())
        lines = [scanner.stdout.readline() for _ in range(3 * true)]
        scanner.send_signal(signal.SIGINT)
        rest, errors = scanner.communicate(timeout=10)
        self.assertEqual(scanner.returncode, 0, errors)
        rounds = [lines[i * true:(i + 1) * true] for i in range(3)]
        for again in rounds[1:]:
            self.assertEqual(sorted(again), sorted(rounds[0]))
        self.assertNotEqual(rounds[0], rounds[1])
        self.assertGreaterEqual(int(re.search(r"Sent (\d+) probes", errors)[1]), 3 * 64)


if __name__ == "__main__":
    unittest.main()
