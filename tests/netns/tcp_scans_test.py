"""The TCP scans against a kernel's own TCP: the exact state of an open, a closed, a dropped and a
rejected port, in both families."""

import socket
import unittest

import lab
from lab import Lab

TARGETS = ("198.18.0.1", "fd18::1")
OPEN, CLOSED, DROPPED, REJECTED = PORTS = (81, 82, 83, 84)
STATES = ("open", "closed", "filtered", "unfiltered", "open|filtered")
# Linux answers segments with ACK to a port that listens by a RST without window.
BY_SCAN = {
    "-sS": {OPEN: "open", CLOSED: "closed"},
    "-sA": {OPEN: "unfiltered", CLOSED: "unfiltered"},
    "-sW": {OPEN: "closed", CLOSED: "closed"},
    "-sF": {CLOSED: "closed"},
    "-sN": {CLOSED: "closed"},
    "-sX": {CLOSED: "closed"},
    "-sM": {OPEN: "closed", CLOSED: "closed"},
}
SILENT = ("-sF", "-sN", "-sX", "-sM")  # whose silence may be that of an open port
RULES = f"""
table inet test {{
  chain input {{
    type filter hook input priority 0;
    tcp dport {DROPPED} drop
    tcp dport {REJECTED} reject with icmpx admin-prohibited
  }}
}}
"""


class TcpScans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.silence()
        cls.lab.within("net", "nft", "-f", str(cls.lab.write("rules", RULES)))
        cls.lab.unlimit_errors("net")
        with lab._entered(f"{cls.lab.name}-net"):
            server = socket.create_server(("::", OPEN), family=socket.AF_INET6,
                                          dualstack_ipv6=True)
        cls.enterClassContext(server)

    def scan(self, *words, show="open,closed,filtered,unfiltered"):
        file = self.lab.path("found")
        scan = self.lab.scan("-p81-84", *TARGETS, *words, "--show", show, "--wait", 1, "--rate",
                             1000, "-oL", file)
        self.assertEqual(scan.code, 0, scan.stderr)
        found = {state: lab.read_list(file, state) for state in STATES}
        return {state: rows for state, rows in found.items() if rows}

    @staticmethod
    def expected(state_of):
        found = {}
        for address in TARGETS:
            for port in PORTS:
                if port in state_of:
                    found.setdefault(state_of[port], []).append((address, port))
        return found

    def test_finds_the_exact_states_by_every_scan_and_transport(self):
        for transport in ("af_packet", "xdp"):
            for option, states in BY_SCAN.items():
                with self.subTest(option=option, transport=transport):
                    self.assertEqual(self.scan(option, "--transport", transport),
                                     self.expected(states | {REJECTED: "filtered"}))

    def test_tells_who_did_not_answer_if_asked(self):
        for option in SILENT:
            states = dict.fromkeys(PORTS, "open|filtered") | BY_SCAN[option] | {
                REJECTED: "filtered"}
            for workers in (1, 3):
                with self.subTest(option=option, workers=workers):
                    self.assertEqual(self.scan(option, "--workers", workers,
                                               show="closed,filtered,silent"),
                                     self.expected(states))

    def test_data_changes_no_state(self):
        for option, states in BY_SCAN.items():
            with self.subTest(option=option):
                self.assertEqual(self.scan(option, "--data-length", 1400),
                                 self.expected(states | {REJECTED: "filtered"}))

    def test_refuses_data_that_the_interface_cannot_send(self):
        self.lab.within("scanner", "ip", "link", "set", "scan0", "mtu", "1400")
        self.addCleanup(self.lab.within, "scanner", "ip", "link", "set", "scan0", "mtu", "1500")
        done = self.lab.scan("-p80", TARGETS[0], "--data-length", 1337)
        self.assertEqual((done.code, done.stderr.splitlines()[-1]), (
            1, "masscan: --data-length: 1337 bytes do not fit into the MTU of scan0, 1400; send at "
            "most 1336"))

    def test_other_flags_are_read_as_the_scan_says(self):
        self.assertEqual(self.scan("-sF", "--scanflags", "PSHURG"),
                         self.expected({CLOSED: "closed", REJECTED: "filtered"}))
        self.assertEqual(self.scan("--scanflags", "SYNPSH"), self.expected(
            {OPEN: "open", CLOSED: "closed", REJECTED: "filtered"}))

    # A rule rejects before the kernel looks at the checksum.
    def test_only_a_filter_answers_wrong_checksums(self):
        found = self.scan("--badsum")
        self.assertNotIn("open", found)
        self.assertNotIn("closed", found)

    def test_every_profile_is_answered(self):
        for profile in ("linux", "windows", "macos", "minimal"):
            with self.subTest(profile=profile):
                self.assertEqual(self.scan("--tcp-profile", profile), self.expected(
                    {OPEN: "open", CLOSED: "closed", REJECTED: "filtered"}))


if __name__ == "__main__":
    lab.main()
