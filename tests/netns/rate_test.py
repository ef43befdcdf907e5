"""--rate auto finds what a path of limited rate carries."""

import re
import signal
import unittest

import lab
from lab import Lab

LIMIT = 5000
FOUND = re.compile(r"the path carries about (\d+) probes/s: asking (\d+)/s")


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
