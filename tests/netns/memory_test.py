"""No scan needs 35 MB, however many targets it has and whichever way its frames go."""

import sys
import unittest

from lab import MASSCAN, SOURCE, Lab, main, read_list, truth

sys.path.insert(0, str(SOURCE / "script"))

import bounded

MOST_MB = 35
KEY = 2


class Memory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim", "--key", str(KEY)))

    def peak_mb(self, *words):
        ended = bounded.run(self.lab, [MASSCAN, *words, "-oL", "list"],
                            lambda: self.lab.counters()["syns"], quiet_seconds=100)
        self.assertIsNone(ended.problem)
        return ended.peak_mb

    def test_of_dry_runs_through_the_whole_internet(self):
        for ports, parts in (("80", 64), ("1-1000", 65536)):
            with self.subTest(ports):
                self.assertLess(self.peak_mb(
                    "--offline", "0.0.0.0/0", "-p", ports, "--exclude", "255.255.255.255", "--rate",
                    "max", "--wait", "0", "--seed", "1", "--shard", f"1/{parts}"), MOST_MB)

    def test_of_a_million_targets_at_full_speed(self):
        expected = truth("10.0.0.0/12", ports="80", key=KEY)
        for transport in ("xdp", "af_packet"):
            for workers in ("1", "2"):
                with self.subTest(transport, workers=workers):
                    peak_mb = self.peak_mb("10.0.0.0/12", "-p80", "--rate", "unlimited",
                                           "--transport", transport, "--workers", workers,
                                           "--canaries", "2")
                    self.assertEqual(read_list(self.lab.path("list")), expected)
                    self.assertLess(peak_mb, MOST_MB)


if __name__ == "__main__":
    main()
