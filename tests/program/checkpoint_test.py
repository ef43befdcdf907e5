"""The file from which an interrupted scan goes on: where it is, when, and who may change it."""

import shutil
import signal
import subprocess
import time
import unittest

from output_test import MASSCAN
from resume_test import SCAN, Interrupted


class Checkpoint(Interrupted):
    def test_another_scan_keeps_its_own_checkpoint(self):
        self.interrupted(signal.SIGKILL, "-oL", "results")
        before = self.checkpoint.read_text()
        scanner = self.start("-e", "sim", "10.9.0.0/18", "-p80", "--rate", "2000")
        deadline = time.monotonic() + 10
        while not (self.folder / "paused-2.conf").exists():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        scanner.send_signal(signal.SIGINT)
        self.assertIn("--resume paused-2.conf", scanner.communicate()[1])
        self.assertEqual(self.checkpoint.read_text(), before)

    def test_is_complete_once_all_have_answered_whatever_retries_were_left(self):
        scan = ("-e", "sim", "10.0.0.0/17", "-p80", "--rate", "20000", "--retries", "2",
                "--retry-delay", "4", "--sim-open", "1", "-oL", "results")
        ended = self.finish(*scan)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("Found 32768 open", ended.stderr)
        self.assertNotIn("to continue", ended.stderr)
        self.assertEqual(list(self.folder.iterdir()), [self.results])

        scanner = self.start(*scan, "--infinite")
        paused = {self.checkpoint}
        while not self.results.exists() or self.results.stat().st_size < 2_500_000:
            self.assertIsNone(scanner.poll())  # the second turn is over
            self.assertLessEqual(set(self.folder.glob("paused*.conf")), paused)
            time.sleep(0.05)
        scanner.send_signal(signal.SIGINT)
        scanner.communicate(timeout=10)
        self.assertLessEqual(set(self.folder.glob("paused*")), paused)

    def test_that_a_plan_is_too_large_to_remember_every_answer_is_said_at_the_start(self):
        scanner = self.start("-e", "sim", "0.0.0.0/0", "-p80", "--rate", "100", "--exclude",
                             "255.255.255.255", "-oL", "results")
        lines = iter(scanner.stderr.readline, "")
        self.assertTrue(any("too large to remember every answer" in line for line in lines))
        scanner.send_signal(signal.SIGINT)
        scanner.communicate(timeout=10)

    def test_leaves_nothing_behind_when_it_is_short_or_was_told_not_to(self):
        self.finish("-e", "sim", "10.0.0.0/24", "-p80", "--rate", "5000")
        scanner = self.start(*SCAN, "--checkpoint", "none", "-oL", "results")
        while not self.results.exists() or not self.results.stat().st_size:
            time.sleep(0.01)
        scanner.send_signal(signal.SIGINT)
        scanner.wait(timeout=10)
        self.assertEqual(list(self.folder.iterdir()), [self.results])

    def test_an_interrupt_in_the_first_second_leaves_a_checkpoint_too(self):
        scanner = self.start(*SCAN, "-oL", "results")
        while not self.results.exists() or not self.results.stat().st_size:
            time.sleep(0.01)
        scanner.send_signal(signal.SIGINT)
        scanner.wait(timeout=10)
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.found(), self.true("10.0.0.0/18"))

    def test_a_checkpoint_that_cannot_be_kept_is_refused_before_anything_is_touched(self):
        self.results.write_text("of the last scan\n")
        ended = self.finish(*SCAN, "-oL", "results", "--checkpoint", "none/there.conf")
        self.assertEqual(ended.returncode, 1, ended.stderr)
        self.assertIn("cannot keep a checkpoint in none/there.conf: No such file", ended.stderr)
        self.assertNotIn("Starting", ended.stderr + ended.stdout)
        self.assertEqual(self.results.read_text(), "of the last scan\n")

    def test_a_scan_that_can_keep_none_says_so_at_its_start_and_at_its_end(self):
        gone = self.folder / "gone"
        gone.mkdir()
        # In a directory that is removed as soon as it is entered.
        scanner = subprocess.Popen(
            ["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", MASSCAN, *SCAN, "-oL", self.results],
            cwd=gone, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(scanner.stderr.close)
        self.addCleanup(scanner.wait)
        self.addCleanup(scanner.kill)
        lines = iter(scanner.stderr.readline, "")
        note = next(line for line in lines if "cannot keep a checkpoint in paused.conf" in line)
        self.assertIn("if this scan is interrupted, it cannot be resumed", note)
        while not self.results.exists() or not self.results.stat().st_size:
            self.assertIsNone(scanner.poll())
        scanner.send_signal(signal.SIGINT)
        words = scanner.communicate(timeout=10)[1]
        self.assertNotIn("to continue", words)

    def test_comes_back_where_somebody_removed_it(self):
        scanner = self.start(*SCAN, "-oL", "results")
        self.wait_for_turn(1000, scanner)
        self.checkpoint.unlink()
        self.wait_for_turn(3000, scanner)
        scanner.send_signal(signal.SIGINT)
        self.assertIn("to continue: masscan --resume paused.conf", scanner.communicate()[1])
        ended = self.finish("--resume", "paused.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.found(), self.true("10.0.0.0/18"))

    def test_what_somebody_put_in_its_place_stays_there(self):
        scanner = self.start(*SCAN, "-oL", "results")
        self.wait_for_turn(1000, scanner)
        other = self.folder / "other"
        other.write_text("mine\n")
        other.rename(self.checkpoint)
        second = self.folder / "paused-2.conf"
        deadline = time.monotonic() + 20
        while not second.exists():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        scanner.send_signal(signal.SIGINT)
        self.assertIn("to continue: masscan --resume paused-2.conf", scanner.communicate()[1])
        self.assertEqual(self.checkpoint.read_text(), "mine\n")
        ended = self.finish("--resume", "paused-2.conf", "--rate", "50000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.found(), self.true("10.0.0.0/18"))
        self.assertEqual(self.checkpoint.read_text(), "mine\n")
        self.assertFalse(second.exists())

    def test_a_directory_that_goes_takes_the_checkpoint_with_it_and_that_is_said(self):
        place = self.folder / "place"
        place.mkdir()
        self.checkpoint = place / "c.conf"
        scanner = self.start(*SCAN, "-oL", "results", "--checkpoint", "place/c.conf")
        self.wait_for_turn(1000, scanner)
        shutil.rmtree(place)
        lines = iter(scanner.stderr.readline, "")
        next(line for line in lines if "cannot keep a checkpoint in place/c.conf" in line)
        scanner.send_signal(signal.SIGINT)
        words = scanner.communicate(timeout=10)[1]
        self.assertIn("cannot be resumed: there is no checkpoint", words)
        self.assertNotIn("to continue", words)

    def test_what_was_changed_behind_its_point_is_refused(self):
        self.interrupted(signal.SIGINT, "-oL", "results", "--exclude", "10.0.7.0/24")
        whole = self.checkpoint.read_text()
        for line, other in (("exclude = 10.0.7.0/24\n", ""), ("10.0.63.255", "10.0.62.255"),
                            ("seed = 7", "seed = 9")):
            self.assertIn(line, whole)
            self.checkpoint.write_text(whole.replace(line, other))
            ended = self.finish("--resume", "paused.conf")
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn("paused.conf: this is not what the interrupted scan wrote",
                          ended.stderr)
        self.checkpoint.write_text(whole.replace("rate = 5000", "rate = 50000"))
        ended = self.finish("--resume", "paused.conf")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        excluded = set(self.true("10.0.7.0/24"))
        self.assertEqual(set(self.found()), set(self.true("10.0.0.0/18")) - excluded)

    def test_masscans_own_file_begins_again(self):
        theirs = self.folder / "theirs.conf"
        theirs.write_text("\n# resume information\nresume-index = 200\nseed = 7\n"
                          "rate = 5000      \nshard = 1/1\nnocapture = servername\n"
                          "nocapture = servername\n\n\nadapter = sim\noutput-filename = results\n"
                          "output-format = list\n# TARGET SELECTION (IP, PORTS, EXCLUDES)\n"
                          "ports = 80\nrange = 10.0.0.0/24\n")
        ended = self.finish("--resume", "theirs.conf", "--sim-key", "9")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("position in masscan's order", ended.stderr)
        self.assertEqual(self.found(), self.true("10.0.0.0/24"))


if __name__ == "__main__":
    unittest.main()
