"""A given rate is kept; --rate auto finds what a path of limited rate carries."""

import itertools
import re
import signal
import statistics
import time
import unittest

import lab
from lab import Lab, SimTest

LIMIT = 5000
FOUND = re.compile(r"the path carries about (\d+) probes/s: asking (\d+)/s")


class RateKept(SimTest):
    def samples(self, rate, probes):
        """(seconds, frames sent) every quarter of a second, but at the beginning and the end."""
        samples = []
        with self.lab.frame_counter() as frames:
            running = lab.RunningScan(self.lab.start(
                "-p80", "10.0.0.0/12", "--max-rate", rate, "--wait", "0", "--seed", 1,
                "--shard", f"1/{2**20 // probes}"))
            while running.process.poll() is None:
                samples.append((time.monotonic(), frames()))
                time.sleep(0.25)
        scan = running.finish()
        self.assertEqual(scan.code, 0, scan.stderr)
        # Resets are sent too, so there are more frames than probes.
        return [sample for sample in samples if 0.02 * probes < sample[1] < probes]

    # A stall of the machine spoils one interval; a wrong rate spoils all. Nothing excuses a mean
    # above the rate.
    def test_a_rate_is_kept(self):
        for rate in (1_000, 20_000):
            self.reset_network()
            samples = self.samples(rate, probes=4 * rate)
            self.assertGreater(len(samples), 8)
            rates = [(after[1] - before[1]) / (after[0] - before[0])
                     for before, after in itertools.pairwise(samples)]
            (began, first), (ended, last) = samples[0], samples[-1]
            mean = (last - first) / (ended - began)
            self.assertAlmostEqual(statistics.median(rates) / rate, 1, delta=0.01, msg=rates)
            self.assertTrue(0.9 < mean / rate < 1.01, (mean, rates))


class RateAuto(unittest.TestCase):
    def test_finds_the_bottleneck_of_the_path(self):
        with Lab("sim", "--limit", str(LIMIT), "--delay", "20", "--open", "0", "--closed",
                 "500000") as path:
            process = path.start("-p80", "10.0.0.0/12", "--rate", "auto")
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            for line in process.stderr:
                found = FOUND.search(line.decode())
                if found:
                    break
            self.assertTrue(found, "the scan ended without a finding")
            carried, rate = map(int, found.groups())
            self.assertTrue(0.7 * LIMIT < carried < 1.3 * LIMIT, carried)
            self.assertTrue(0.6 * LIMIT < rate < 1.1 * LIMIT, rate)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
            self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    lab.main()
