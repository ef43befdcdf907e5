"""No scan needs 35 MB, however many targets it has and whichever way its frames go; with a million
open connections none needs 512."""

import sys
import unittest

from lab import MASSCAN, SOURCE, Lab, main, read_list, truth

sys.path.insert(0, str(SOURCE / "script"))

import bounded

MOST_MB = 35
MOST_MB_OF_CONNECTIONS = 512
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

    def test_of_nearly_a_million_open_connections(self):
        """Every host accepts and says nothing. None is given up before all are open."""
        hosts, seconds = ("10.0.0.0/13", "10.8.0.0/14", "10.12.0.0/15", "10.14.0.0/16"), 25
        self.lab.set_network("--key", KEY, "--open", 1_000_000)
        ended = bounded.run(
            self.lab, [MASSCAN, *hosts, "-p80", "--banners", "--rate", "unlimited", "--wait", "1",
                       "--hello-timeout", "60", "--connection-timeout", str(seconds), "-oL",
                       "list"],
            lambda: self.lab.counters()["other"], quiet_seconds=200, limit_seconds=200)
        self.assertIsNone(ended.problem)
        found = read_list(self.lab.path("list"))
        expected = truth(*hosts, ports="80", key=KEY, open_ppm=1_000_000)
        self.assertTrue(found == expected, f"{len(found)} found")  # a difference takes for ever
        self.assertEqual(len(expected), 15 << 16)
        said = self.lab.path("errors").read_text(errors="replace")
        self.assertIn(f"{15 << 16} open ports took nothing that was sent", said)
        self.assertLess(ended.peak_mb, MOST_MB_OF_CONNECTIONS)
        print(f"{ended.peak_mb:.0f} MB, {ended.cpu:.1f} s of a processor in {ended.seconds:.0f} s")


if __name__ == "__main__":
    main()
