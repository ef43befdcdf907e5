"""A scan that is killed again and again: no target is skipped, little is asked twice, and what is
excluded half-way is never asked again."""

import collections
import ipaddress
import random
import signal
import time
import unittest

import lab
from lab import Lab

RATE = 2000
KILLS = 20
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TARGETS, EXCLUDED = "10.1.0.0/16", "10.1.192.0/18"


class Killed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.silence()

    def setUp(self):
        self.seed = random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.probes = collections.Counter()

    def run_killed(self, number, *words):
        """The probes of a run that is killed at a random moment."""
        with self.lab.capture() as capture:
            before = self.checkpoint()
            scanner = self.lab.start(*words, "--rate", RATE, "--wait", 0)
            while self.checkpoint() in (None, before):
                self.assertIsNone(scanner.poll(), "it ended before it could be killed")
                time.sleep(0.02)
            time.sleep(self.random.uniform(0.5, 1.5))
            self.assertIsNone(scanner.poll(), "it ended before it could be killed")
            scanner.send_signal(number)
            _, errors = scanner.communicate(timeout=10)
            self.assertIn(scanner.returncode, (0, -signal.SIGKILL), errors.decode())
            return capture.probes()

    def checkpoint(self):
        """Which file it is: a scan that goes on puts another one there when it is under way."""
        path = self.lab.path("paused.conf")
        return path.stat().st_ino if path.exists() else None

    def run_to_the_end(self, *words):
        with self.lab.capture() as capture:
            scan = self.lab.scan(*words, "--rate", 50_000, "--wait", 0)
            self.assertEqual(scan.code, 0, scan.stderr)
            return capture.probes()

    def test_skips_nothing_and_repeats_little(self):
        words, later = ["-p80", TARGETS, "--seed", "7"], collections.Counter()
        for kill in range(KILLS):
            is_excluded = kill >= KILLS // 2
            if kill == KILLS // 2:
                words += ["--exclude", EXCLUDED]
            probes = self.run_killed(SIGNALS[kill % 3], *words)
            self.probes.update(probes)
            later.update(probes if is_excluded else {})
            words = ["--resume", "paused.conf"]
        probes = self.run_to_the_end(*words)
        self.probes.update(probes)
        self.check(later + probes)

    def check(self, later):
        excluded = ipaddress.ip_network(EXCLUDED)
        self.assertEqual([t for t, _ in later if ipaddress.ip_address(t) in excluded], [])
        wanted = set(map(str, ipaddress.ip_network(TARGETS)))
        missing = wanted - {target for target, _ in self.probes}
        self.assertTrue(all(ipaddress.ip_address(target) in excluded for target in missing),
                        f"seed {self.seed}: skipped {len(missing)}")
        repeats = sum(self.probes.values()) - len(self.probes)
        print(f"{KILLS} kills, {repeats / KILLS / RATE:.2f} s of repeats each")
        self.assertLess(repeats, KILLS * RATE, f"seed {self.seed}")


if __name__ == "__main__":
    lab.main()
