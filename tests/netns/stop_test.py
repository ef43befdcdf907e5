"""A scan that is stopped for a while (SIGSTOP, a machine that sleeps) does not make up for it."""

import signal
import time
import unittest

import lab
from lab import Lab, RunningScan, truth

TARGETS, RATE = "10.1.0.0/18", 3000
STOPPED_SECONDS, WATCHED_SECONDS = 3, 0.5


class Stop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.expected = truth(TARGETS, ports="80")

    def sent(self):
        return self.lab.counters()["syns"]

    def test_it_goes_on_at_its_rate(self):
        for transport in ("af_packet", "xdp", "pcap"):
            with self.subTest(transport):
                running = RunningScan(self.lab.start("-p80", TARGETS, "--rate", RATE, "--wait", "2",
                                                     "--transport", transport))
                self.addCleanup(running.finish, 0.1)
                running.wait_until_found(100)
                running.process.send_signal(signal.SIGSTOP)
                time.sleep(STOPPED_SECONDS)
                before, began = self.sent(), time.monotonic()
                running.process.send_signal(signal.SIGCONT)
                time.sleep(WATCHED_SECONDS)
                after, watched = self.sent(), time.monotonic() - began
                # All that it missed would be six times as much.
                self.assertLess(after - before, 1.5 * RATE * watched)
                self.assertGreater(after, before)
                scan = running.finish()
                self.assertEqual((scan.code, scan.found), (0, self.expected), scan.stderr)


if __name__ == "__main__":
    lab.main()
