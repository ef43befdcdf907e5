"""A link that changes while a scan runs: the scan waits, and loses nothing."""

import ipaddress
import unittest

import lab
from lab import Lab, RunningScan

TARGETS, RATE = "10.97.0.0/20", 4000
EVERYTHING = sorted((str(address), 80) for address in ipaddress.ip_network(TARGETS))
TRANSPORTS = ("af_packet", "xdp", "pcap")


class Links(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.enterClassContext(cls.lab.open_everywhere("10.97.0.0/16"))

    def configure(self, role, *words):
        self.lab.within(role, "ip", *words)

    def start(self, transport, *words):
        """A scan that has found a quarter."""
        # A kernel that takes an interface down forgets its routes.
        self.configure("scanner", "route", "replace", "default", "via", "198.18.0.1")
        # Every address answers, and results of a network that may be a fake are held back.
        scan = RunningScan(self.lab.start("-p80", TARGETS, "--rate", RATE, "--transport", transport,
                                          "--no-suspect", *words))
        self.addCleanup(scan.finish, 0.1)
        scan.wait_until_found(len(EVERYTHING) // 4)
        return scan

    def assert_complete(self, scan):
        self.assertEqual(scan.code, 0, scan.stderr)
        self.assertEqual(scan.found, EVERYTHING, scan.stderr)
        self.assertIn(f"Sent {len(EVERYTHING)} probes", scan.stderr)
        self.assertNotIn("Lost:", scan.stderr)
        self.assertFalse(self.lab.path("paused.conf").exists())

    def assert_waits(self, trouble, begin, end):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                running = self.start(transport)
                begin()
                running.wait_until_said(f"note: {trouble}: the scan waits until that is over")
                end()
                scan = running.finish()  # soon: answers that were on their way may complete it
                self.assert_complete(scan)

    def test_an_interface_that_goes_down_is_waited_for(self):
        self.assert_waits("scan0 is down",
                          lambda: self.configure("scanner", "link", "set", "scan0", "down"),
                          lambda: self.configure("scanner", "link", "set", "scan0", "up"))

    def test_a_carrier_is_waited_for(self):
        self.assert_waits("scan0 has no carrier",
                          lambda: self.configure("net", "link", "set", "net0", "down"),
                          lambda: self.configure("net", "link", "set", "net0", "up"))

    def test_an_address_is_waited_for(self):
        address = ("198.18.0.2/24", "dev", "scan0")
        self.assert_waits("scan0 has lost an address",
                          lambda: self.configure("scanner", "addr", "del", *address),
                          lambda: self.configure("scanner", "addr", "add", *address))

    def test_a_moment_without_a_link_loses_nothing(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                running = self.start(transport)
                self.lab.within("scanner", "sh", "-c",
                                "ip link set scan0 down; ip link set scan0 up")
                running.wait_until(lambda scan=running: b"are sent again" in scan.stderr)
                self.assert_complete(running.finish())

    def test_a_scan_keeps_to_the_way_it_began_with(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                running = self.start(transport)
                self.configure("scanner", "route", "del", "default")
                self.assert_complete(running.finish())

    def interrupted_while_down(self, transport):
        running = self.start(transport)
        self.configure("scanner", "link", "set", "scan0", "down")
        running.wait_until_said("the scan waits")
        running.process.terminate()
        scan = running.finish()
        self.configure("scanner", "link", "set", "scan0", "up")
        self.configure("scanner", "route", "replace", "default", "via", "198.18.0.1")
        self.assertEqual(scan.code, 0, scan.stderr)
        return scan

    def test_a_scan_that_is_interrupted_meanwhile_goes_on_exactly(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                first = self.interrupted_while_down(transport)
                self.assertLess(len(first.found), len(EVERYTHING))
                rest = self.lab.scan("--resume", "paused.conf")
                self.assertEqual(rest.code, 0, rest.stderr)
                self.assertEqual(sorted(set(first.found + rest.found)), EVERYTHING)
                self.assertFalse(self.lab.path("paused.conf").exists())


class GoneLink(unittest.TestCase):
    def test_a_link_that_is_deleted_ends_the_scan_which_goes_on_exactly(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                found = self.found_before(transport) + self.found_after(transport)
                self.assertEqual(sorted(set(found)), EVERYTHING)

    def found_before(self, transport):
        with Lab("sim") as laboratory, laboratory.open_everywhere("10.97.0.0/16"):
            running = RunningScan(laboratory.start("-p80", TARGETS, "--rate", RATE, "--transport",
                                                   transport))
            self.addCleanup(running.finish, 0.1)
            running.wait_until_found(len(EVERYTHING) // 4)
            laboratory.within("scanner", "ip", "link", "del", "scan0")
            scan = running.finish()
            self.assertEqual(scan.code, 1, scan.stderr)
            self.assertIn("scan0 is gone", scan.stderr)
            self.assertIn("to continue: masscan --resume paused.conf", scan.stderr)
            self.checkpoint = laboratory.path("paused.conf").read_text()
            return scan.found

    def found_after(self, transport):
        with Lab("sim") as laboratory, laboratory.open_everywhere("10.97.0.0/16"):
            laboratory.write("paused.conf", self.checkpoint)
            scan = laboratory.scan("--resume", "paused.conf", "--transport", transport)
            self.assertEqual(scan.code, 0, scan.stderr)
            return scan.found


if __name__ == "__main__":
    lab.main()
