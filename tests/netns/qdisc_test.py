"""Queueing discipline and egress rules of the administrator: passed by as documented, or obeyed
with --qdisc, where a scan that they hold up loses nothing, and one that they drop probes of says
so.
"""

import ipaddress
import re
import subprocess
import unittest

import lab
from lab import Lab, truth

KEY, OPEN = 7, 200_000
TARGETS = "10.1.0.0/21"
DROPPED = "10.1.2.0/24"
RATE = f"{58 * 8 * 1000}bit"  # a thousand probes: Ethernet, IP, TCP with a segment size
QUEUED = (("--qdisc",), ("--transport", "pcap"))


class Qdisc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim", "--key", str(KEY), "--open", str(OPEN)))
        cls.expected = truth(TARGETS, ports="80", key=KEY, open_ppm=OPEN)
    def configure(self, *words):
        self.lab.within("scanner", *words)

    def scan(self, *words):
        scan = self.lab.scan("-p80", TARGETS, "--wait", "1", *words)
        self.assertEqual(scan.code, 0, scan.stderr)
        return scan

    def discipline(self, *words):
        self.configure("tc", "qdisc", "add", "dev", "scan0", "root", *words)
        self.addCleanup(self.configure, "tc", "qdisc", "del", "dev", "scan0", "root")

    def drop_by_nftables(self, prefix):
        self.configure("nft", "add table netdev guard; add chain netdev guard out { type filter "
                       "hook egress device scan0 priority 0; }; add rule netdev guard out ip daddr "
                       f"{prefix} drop")
        self.addCleanup(self.configure, "nft", "delete table netdev guard")

    def through_discipline(self):
        """How many packets have left the queueing discipline."""
        text = self.lab.within("scanner", "tc", "-s", "qdisc", "show", "dev", "scan0")
        return int(re.search(r"Sent \d+ bytes (\d+) pkt", text)[1])

    def test_is_passed_by_unless_told_otherwise(self):
        self.discipline("tbf", "rate", RATE, "burst", "2000", "limit", "9000")
        scan = self.scan("--rate", "unlimited", "--transport", "af_packet")
        self.assertEqual(scan.found, self.expected, scan.stderr)
        self.assertEqual(self.through_discipline(), 0)

    def test_holds_the_rate_and_loses_nothing(self):
        self.discipline("tbf", "rate", RATE, "burst", "2000", "limit", "9000")
        for words in QUEUED:
            with self.subTest(words):
                before = self.through_discipline()
                scan = self.scan("--rate", "unlimited", *words)
                self.assertEqual(scan.found, self.expected, scan.stderr)
                self.assertNotIn("Lost", scan.stderr)
                self.assertGreaterEqual(self.through_discipline() - before, 2048)
                self.assertGreater(scan.seconds, 1.9)

    def test_a_deep_queue_is_waited_for(self):
        # All probes are in it within a moment; the last ones leave two seconds later.
        self.discipline("tbf", "rate", RATE, "burst", "2000", "limit", "900000")
        for words in QUEUED:
            with self.subTest(words):
                scan = self.scan("--rate", "unlimited", "--wait", "0", *words)
                self.assertEqual(scan.found, self.expected, scan.stderr)

    def assert_drops(self, *words):
        scan = self.scan("--rate", "20000", *words)
        dropped = ipaddress.ip_network(DROPPED)
        expected = [(address, port) for address, port in self.expected
                    if ipaddress.ip_address(address) not in dropped]
        self.assertEqual(scan.found, expected, scan.stderr)
        self.assertIn("256 frames discarded", scan.stderr)

    def test_a_filter_of_tc_drops(self):
        self.configure("tc", "qdisc", "add", "dev", "scan0", "clsact")
        self.addCleanup(self.configure, "tc", "qdisc", "del", "dev", "scan0", "clsact")
        try:
            self.configure("tc", "filter", "add", "dev", "scan0", "egress", "protocol", "ip", "u32",
                           "match", "ip", "dst", DROPPED, "action", "drop")
        except subprocess.CalledProcessError as error:
            self.skipTest(f"NOT TESTED: {error.stderr}")
        for words in QUEUED:
            with self.subTest(words):
                self.assert_drops(*words)
        scan = self.scan("--rate", "20000", "--transport", "af_packet")
        self.assertEqual(scan.found, self.expected, scan.stderr)

    def test_a_rule_of_nftables_drops(self):
        self.drop_by_nftables(DROPPED)
        for words in QUEUED:
            with self.subTest(words):
                self.assert_drops(*words)

    def test_a_scan_of_what_is_dropped_ends(self):
        self.drop_by_nftables(TARGETS)  # far more than a queue takes
        for words in QUEUED:
            with self.subTest(words):
                scan = self.lab.scan("-p80", TARGETS, "--rate", "20000", "--wait", "0", *words)
                self.assertEqual((scan.code, scan.found), (0, []), scan.stderr)
                self.assertIn("2048 frames discarded", scan.stderr)


if __name__ == "__main__":
    lab.main()
