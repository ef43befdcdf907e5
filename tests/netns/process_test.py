"""The program as a process: how it starts, talks, is interrupted and ends."""

import os
import pathlib
import select
import signal
import statistics
import subprocess
import time
import unittest

import lab
from lab import SimTest, truth

KEY = SimTest.KEY


class Process(SimTest):
    def start_long_scan(self):
        """A scan of a minute and more, after its first result."""
        process = self.lab.start("-p80", "10.0.0.0/12", "--rate", "10000", "--wait", "60")
        self.addCleanup(self.end, process)
        ready, _, _ = select.select([process.stdout], [], [], 10)
        self.assertTrue(ready, "no result within 10 s")
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def assert_no_tables(self):
        deadline = time.monotonic() + 2
        while tables := self.lab.within("scanner", "nft", "list", "tables"):
            self.assertLess(time.monotonic(), deadline, tables)
            time.sleep(0.05)

    def test_the_kernel_sends_no_resets(self):
        words = ("-p80", "10.1.0.0/18", "--rate", "20000", "--wait", "1")
        self.lab.scan(*words, "--noreset")
        self.assertGreater(self.lab.counters()["open"], 700)
        self.assertEqual(self.lab.counters()["other"], 0, "somebody reset the connections")

        self.reset_network()
        self.lab.scan(*words)
        counters = self.lab.counters()
        self.assertEqual(counters["other"], counters["open"], "one reset each, by the scanner")

    def test_nothing_stays_in_the_firewall(self):
        self.lab.scan("-p80", "10.1.0.0/24", "--rate", "20000", "--wait", "0")
        self.assert_no_tables()

    def test_nothing_stays_in_the_firewall_after_sigkill(self):
        process = self.start_long_scan()
        self.assertIn("table", self.lab.within("scanner", "nft", "list", "tables"))
        process.kill()
        process.wait(timeout=5)
        self.assert_no_tables()

    def nft_of(self, process):
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return int(children)

    def scan_whose_nft_is_killed(self, said, before_that=lambda process: None):
        words = ("-p80", "10.1.0.0/19", "--rate", "4000", "--noreset", "--wait", "1")
        running = lab.RunningScan(self.lab.start(*words))
        self.addCleanup(running.finish, 0.1)
        running.wait_until_found(50)
        before_that(running.process)
        os.kill(self.nft_of(running.process), signal.SIGKILL)
        running.wait_until_said(said)
        return running

    def assert_exact(self, running):
        scan = running.finish()
        self.assertEqual((scan.code, scan.found), (0, truth("10.1.0.0/19", ports="80", key=KEY)),
                         scan.stderr)
        self.assert_no_tables()

    def test_the_rule_is_back_when_somebody_kills_nft(self):
        running = self.scan_whose_nft_is_killed(
            "nft, which kept the kernel's resets away, was killed: another does so now")
        self.assertIn("table inet masscan-", self.lab.within("scanner", "nft", "list", "tables"))
        before = self.lab.counters()["other"]
        self.assert_exact(running)
        self.assertEqual(self.lab.counters()["other"], before, "somebody reset the connections")

    def test_a_rule_that_cannot_be_put_back_is_said(self):
        def take_nft_away(process):
            for program in ("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"):
                subprocess.run(["nsenter", "-t", str(process.pid), "-m", "mount", "--bind",
                                "/bin/false", program], check=False, capture_output=True)

        # `ip netns exec` gives it a mount namespace of its own.
        self.assert_exact(self.scan_whose_nft_is_killed(
            "no firewall rule against the kernel's resets: ", take_nft_away))

    def test_results_come_at_once_through_a_pipe(self):
        started = time.monotonic()
        process = self.start_long_scan()
        self.assertLess(time.monotonic() - started, 10)
        line = process.stdout.readline().decode()
        self.assertRegex(line, r"^Discovered open port 80/tcp on 10\.")
        self.assertIsNone(process.poll(), "the scan is still running")

    def test_the_first_interrupt_ends_it_in_order(self):
        process = self.start_long_scan()
        interrupted = time.monotonic()
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)
        self.assertLess(time.monotonic() - interrupted, 5)
        self.assertEqual(process.returncode, 0, stderr.decode())
        found = lab.read_discovered(stdout.decode())
        self.assertGreater(len(found), 0)
        self.assertLessEqual(set(found), set(truth("10.0.0.0/12", ports="80", key=KEY)))

    def test_the_second_interrupt_ends_it_at_once(self):
        process = self.start_long_scan()
        self.assertLess(lab.interrupt_twice(process), 1)
        self.assert_no_tables()

    def test_a_hundred_short_scans_all_end_soon(self):
        seconds = []
        for run in range(100):
            scan = self.lab.scan("-p80", f"10.8.0.{run}", "--rate", "1000", "--wait", "0")
            self.assertEqual(scan.code, 0, scan.stderr)
            seconds.append(scan.seconds)
        self.assertLess(statistics.median(seconds), 1)
        self.assertLess(max(seconds), 10)  # some wait for a processor

    def test_nothing_but_data_is_on_standard_output(self):
        scan = self.lab.scan("-p80", "10.1.0.0/22", "--rate", "20000", "--wait", "1")
        lines = scan.stdout.splitlines()
        self.assertEqual(len(lines), len(truth("10.1.0.0/22", ports="80", key=KEY)))
        self.assertTrue(all(line.startswith("Discovered open port") for line in lines))

    def test_a_closed_pipe_ends_it(self):
        process = self.start_long_scan()
        process.stdout.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.fail("it goes on although nobody reads its results")
        finally:
            process.kill()
            process.stderr.close()


if __name__ == "__main__":
    lab.main()
