"""IP protocols: a real kernel says which it lacks, and those that answer are open."""

import unittest

import lab
from lab import Lab

TARGETS = {"198.18.0.1": {1, 6, 17}, "fd18::1": {6, 17, 58}}
ASKED = "O:1,O:6,O:17,O:47,O:50,O:51,O:58,O:132,O:200,O:253"


def read(path):
    """The protocols by address and state."""
    found = {}
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            state, _, number, address, _ = line.split()
            found.setdefault((address, state), set()).add(int(number))
    return found


class Protocols(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.unlimit_errors("net")

    def scan(self, *words):
        file = self.lab.path("found")
        scan = self.lab.scan(*words, "--rate", "200", "--wait", "2", "--show", "open,closed", "-oL",
                             file)
        self.assertEqual(scan.code, 0, scan.stderr)
        return read(file)

    def test_open_and_lacking_ones_are_told_by_every_transport(self):
        for way in ("af_packet", "pcap", "xdp"):
            found = self.scan("-p" + ASKED, *TARGETS, "--transport", way)
            for target, opened in TARGETS.items():
                with self.subTest(f"{target} by {way}"):
                    self.assertEqual(found[target, "open"], opened)
                    self.assertLessEqual({132, 200, 253}, found[target, "closed"])

    def test_all_of_them(self):
        for way in ("af_packet", "xdp"):
            found = self.scan("-sO", "-p0-255", "198.18.0.1", "--transport", way)
            self.assertEqual(found["198.18.0.1", "open"], TARGETS["198.18.0.1"])
            self.assertGreater(len(found["198.18.0.1", "closed"]), 240)

    def test_are_scanned_alone(self):
        done = self.lab.scan("-p80,O:6", "198.18.0.1")
        self.assertEqual(done.code, 2)
        self.assertIn("IP protocols (O:) cannot be scanned beside ports", done.stderr)


if __name__ == "__main__":
    lab.main()
