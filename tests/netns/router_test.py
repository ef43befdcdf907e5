"""A router that moves to another MAC address while a scan runs: it is followed, and nothing is
lost, though every target is asked once."""

import ipaddress
import socket
import struct
import unittest

import lab
from lab import Lab, RunningScan

TARGETS, RATE = "10.97.0.0/19", 2000
EVERYTHING = sorted((str(address), 80) for address in ipaddress.ip_network(TARGETS))
OLD, NEW = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
ROUTER = "198.18.0.1"
TRANSPORTS = ("af_packet", "xdp", "pcap")


class MovingRouter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.enterClassContext(cls.lab.open_everywhere("10.97.0.0/16"))

    def set_mac(self, mac):
        self.lab.within("net", "ip", "link", "set", "net0", "address", mac)

    def announce(self, mac):
        """Five gratuitous ARPs, of the router's address."""
        octets = bytes.fromhex(mac.replace(":", ""))
        address = socket.inet_aton(ROUTER)
        frame = (b"\xff" * 6 + octets + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) +
                 octets + address + bytes(6) + address)
        with self.lab.packet_socket() as packets:
            for _ in range(5):
                packets.send(frame.ljust(60, b"\0"))

    def start(self, transport):
        self.set_mac(OLD)
        scan = RunningScan(self.lab.start("-p80", TARGETS, "--rate", RATE, "--transport", transport,
                                          "--retries", 0, "--canaries", 0))
        self.addCleanup(scan.finish, 0.1)
        scan.wait_until_found(len(EVERYTHING) // 4)
        return scan

    def assert_complete(self, scan, most_repeated):
        self.assertEqual(scan.code, 0, scan.stderr)
        self.assertEqual(scan.found, EVERYTHING, scan.stderr)
        repeated = lab.retries_of(scan)
        self.assertLessEqual(repeated, most_repeated, scan.stderr)

    def test_announced_it_is_followed_at_once(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                running = self.start(transport)
                self.set_mac(NEW)
                self.announce(NEW)
                self.assert_complete(running.finish(), 0.5 * RATE)

    def test_in_silence_it_is_followed_when_answers_stay_away(self):
        for transport in TRANSPORTS:
            with self.subTest(transport):
                running = self.start(transport)
                self.set_mac(NEW)
                self.assert_complete(running.finish(), RATE)

    def test_somebody_who_only_claims_to_be_the_router_changes_nothing(self):
        running = self.start("af_packet")
        with self.lab.capture() as capture:
            while running.process.poll() is None:
                self.announce("02:00:00:00:00:66")
                for segment in capture.segments():
                    self.assertEqual(segment.port, 80)  # what arrives here was sent to the router
        self.assert_complete(running.finish(), 0)


if __name__ == "__main__":
    lab.main()
