"""ARP and NDP sweeps: who is on the link is up, once, and nobody else."""

import unittest

import lab
from lab import Lab

END = ("--rate", "20000", "--wait", "1")


def hosts(form, numbers):
    return sorted((form.format(number), 0) for number in numbers)


class Sweeps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("hosts"))  # owns 10.50.0.0/17 and fd50::1 - fd50::ff

    def scan(self, *words):
        file = self.lab.path("sweep.list")
        scan = self.lab.scan(*words, *END, "-oL", file)
        self.assertEqual(scan.code, 0, scan.stderr)
        return lab.read_list(file, state="up", proto="arp"), scan

    def test_finds_who_is_on_the_link(self):
        v4, v6 = hosts("10.50.7.{}", range(256)), hosts("fd50::{:x}", range(0x10, 0x20))
        for transport in ("af_packet", "xdp", "pcap"):
            with self.subTest(transport):
                found, scan = self.scan("--arpscan", "10.50.7.0/24", "10.50.200.0/24",
                                        "fd50::10/124", "fd50::100/124", "--transport", transport)
                self.assertEqual(found, sorted(v4 + v6))
                self.assertIn("Initiating ARP Ping Scan\n", scan.stderr)

    def test_beside_ports_by_several_workers(self):
        found, scan = self.scan("-PR", "-p80", "10.50.8.0/24", "--workers", "2")
        self.assertEqual(found, hosts("10.50.8.{}", range(256)))
        self.assertEqual(lab.read_list(self.lab.path("sweep.list")),
                         sorted((f"10.50.8.{host}", 80) for host in range(256)))

    def test_asks_nobody_behind_a_router(self):
        self.lab.within("scanner", "ip", "route", "replace", "10.99.0.0/24", "via", "10.50.0.1")
        found, scan = self.scan("--arpscan", "10.99.0.0/28", "10.50.9.1")
        self.assertEqual(found, [("10.50.9.1", 0)])
        self.assertIn("16 probes not sent: there is no route to their targets", scan.stderr)

    def test_names_the_mac_address(self):
        mac = self.lab.within("net", "cat", "/sys/class/net/net0/address").strip()
        self.scan("--arpscan", "10.50.9.1", "--banners")
        self.assertRegex(self.lab.path("sweep.list").read_text(),
                         rf"(?m)^banner arp 0 10\.50\.9\.1 \d+ mac {mac}")


if __name__ == "__main__":
    lab.main()
