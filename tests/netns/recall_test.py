"""What is open is found, all of it, once each, and nothing else."""

import unittest

import lab
from lab import Lab, SimTest, truth

KEY = SimTest.KEY
END = ("--rate", "50000", "--wait", "2")


class Recall(SimTest):
    def scan(self, *words):
        return super().scan(*words, *END)

    def test_finds_every_open_port_of_a_16(self):
        scan = self.scan("-p80", "10.1.0.0/16", "--canaries", 0)
        self.assertEqual(scan.found, truth("10.1.0.0/16", ports="80", key=KEY))
        self.assertEqual(self.lab.counters()["syns"], 65536)

    def test_finds_every_open_port_of_an_ipv6_range(self):
        scan = self.scan("-p80,443", "fd09::/112")
        self.assertEqual(scan.found, truth("fd09::/112", ports="80,443", key=KEY))

    def test_finds_both_families_in_one_scan(self):
        ranges = ["10.2.0.0/20", "fd09:2::/116"]
        self.assertEqual(self.scan("-p80", *ranges).found, truth(*ranges, ports="80", key=KEY))

    def test_finds_every_open_port_of_one_host(self):
        self.lab.set_network("--key", KEY, "--open", 7_630)
        scan = self.scan("-p0-65535", "10.9.9.9")
        self.assertEqual(scan.found, truth("10.9.9.9", ports="0-65535", key=KEY, open_ppm=7_630))

    def test_finds_the_closed_ports_of_every_transport(self):
        self.lab.set_network("--key", KEY, "--closed", 300_000)
        ranges = ["10.3.0.0/19", "fd09:3::/115"]
        file = self.lab.path("both.list")
        for transport, asked, number in (("tcp", "80", 80), ("udp", "U:9999", 9999),
                                         ("sctp", "S:2905", 2905), ("ip", "O:200", 200)):
            self.scan("-p" + asked, *ranges, "--show", "closed", "-oL", file)
            shown = "err" if transport == "ip" else transport
            for state in ("open", "closed"):
                expected = truth(*ranges, ports=str(number), key=KEY, closed_ppm=300_000,
                                 show=state, transport=transport)
                if transport == "ip" and state == "open":
                    expected = []  # a protocol that is there answers nothing
                with self.subTest(transport=transport, state=state):
                    self.assertEqual(lab.read_list(file, state, shown), expected)

    def test_writes_the_same_in_every_format(self):
        expected = truth("10.4.0.0/18", ports="22", key=KEY)
        for option, read in (("-oL", lab.read_list), ("-oD", lab.read_ndjson)):
            file = self.lab.path("results" + option)
            self.scan("-p22", "10.4.0.0/18", option, file)
            self.assertEqual(read(file), expected, option)

    def test_a_shard_finds_its_part_and_all_shards_the_whole(self):
        found = []
        for shard in range(1, 4):
            found += self.scan("-p80", "10.5.0.0/18", "--seed", 5, "--shard", f"{shard}/3").found
        self.assertEqual(sorted(found), truth("10.5.0.0/18", ports="80", key=KEY))

    def test_retries_find_what_loss_hides(self):
        self.lab.set_network("--key", KEY, "--loss", 200_000)
        scan = self.scan("-p80", "10.6.0.0/20", "--retries", 7, "--retry-delay", 0.3)
        self.assertEqual(scan.found, truth("10.6.0.0/20", ports="80", key=KEY))


class SlowLink(unittest.TestCase):
    def test_reports_once_what_is_duplicated_reordered_and_late(self):
        quality = ("--delay", "150", "--jitter", "80", "--duplicate", "500000")
        with Lab("sim", "--key", str(KEY), *quality) as slow:
            scan = slow.scan("-p80", "10.7.0.0/19", "--rate", 20_000, "--wait", 3)
        self.assertEqual(scan.found, truth("10.7.0.0/19", ports="80", key=KEY))


if __name__ == "__main__":
    lab.main()
