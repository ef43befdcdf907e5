"""Fakes are told from services: a kernel's SYN proxy on dead ports beside services, and a prefix
that answers everywhere. They are marked in the results, and no service is."""

import json
import socket
import unittest

import lab
from lab import Lab, truth

PROXY = "198.18.0.1"
SERVICES, DEAD = range(1001, 1051), range(2001, 2101)
RULES = """
table ip proxy {
  chain early {
    type filter hook prerouting priority raw
    tcp dport 2001-2100 tcp flags syn notrack
  }
  chain input {
    type filter hook input priority filter
    tcp dport 2001-2100 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
  }
}
"""


class Scans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))

    def scan(self, *words):
        """The suspicion, or None, of each open (address, port)."""
        file = self.lab.path("fakes.ndjson")
        scan = self.lab.scan(*words, "--wait", 2, "-oD", file)
        self.assertEqual(scan.code, 0, scan.stderr)
        lines = map(json.loads, file.read_text().splitlines())
        found = {(line["ip"], line["port"]): line["data"].get("suspect") for line in lines}
        self.summary = scan.stderr
        return found

    def assert_told_apart(self, found, fakes, services):
        marked = {target for target, reason in found.items() if reason}
        self.assertEqual(found.keys(), fakes | services)
        self.assertEqual(marked & services, set())
        self.assertGreaterEqual(len(marked & fakes), 0.99 * len(fakes),
                                f"{len(marked & fakes)} of {len(fakes)} fakes are marked")
        self.assertIn(f" {len(marked)} of the open ports are suspect", self.summary)


class Fakes(Scans):

    def start_proxy(self):
        with lab._entered(f"{self.lab.name}-net"):
            for port in SERVICES:
                self.addCleanup(socket.create_server((PROXY, port)).close)
        rules = self.lab.write("rules", RULES)
        try:
            self.lab.within("net", "nft", "-f", str(rules))
        except Exception:
            self.skipTest("this kernel has no SYN proxy for nftables")
        self.addCleanup(self.lab.within, "net", "nft", "delete", "table", "ip", "proxy")

    def test_a_syn_proxy_on_dead_ports_is_told_from_the_services_beside_it(self):
        self.start_proxy()
        found = self.scan(PROXY, "-p1001-1050,2001-2100", "--rate", 100)
        self.assert_told_apart(found, {(PROXY, port) for port in DEAD},
                               {(PROXY, port) for port in SERVICES})
        self.assertEqual(set(found.values()), {None, "zero-window"})
        found = self.scan(PROXY, "-p1001-1050,2001-2100", "--rate", 1000, "--filter", "!suspect")
        self.assertEqual(found.keys(), {(PROXY, port) for port in SERVICES})

    def test_a_prefix_that_answers_at_every_port_is_marked_at_the_default_rate(self):
        self.lab.set_network("--open", 1_000_000)
        found = self.scan("10.5.0.0/24", "-p1-4")
        self.assert_told_apart(found, set(truth("10.5.0.0/24", ports="1-4", open_ppm=1_000_000)),
                               set())

    def test_nothing_is_marked_where_that_is_not_wanted(self):
        self.lab.set_network("--open", 1_000_000)
        found = self.scan("10.5.0.0/24", "-p1-4", "--rate", 2000, "--no-suspect")
        self.assertEqual(set(found.values()), {None})
        self.assertNotIn("suspect", self.summary)


class OnePort(Scans):
    def test_a_prefix_that_answers_at_one_port_is_marked_and_a_host_elsewhere_is_not(self):
        with self.lab.open_everywhere("10.6.2.0/24"):
            found = self.scan("10.6.0.0/20", PROXY, "-p80", "--rate", 2000)
        self.assert_told_apart(found, {(f"10.6.2.{host}", 80) for host in range(256)},
                               {(PROXY, 80)})


if __name__ == "__main__":
    lab.main()
