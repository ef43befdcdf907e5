"""Source ports that the scanner's machine uses itself: refused, so that nobody is locked out."""

import socket
import unittest

import lab
from lab import Lab, truth

SCAN = ("-p80", "10.1.0.0/24", "--rate", "5000", "--wait", "1")


class SourcePorts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.expected = truth("10.1.0.0/24", ports="80")

    def listen(self, host, port, family=socket.AF_INET):
        with lab._entered(f"{self.lab.name}-scanner"):
            server = socket.create_server((host, port), family=family)
        self.addCleanup(server.close)

    def assert_refused(self, port, who, *words):
        results = self.lab.write("results", "of the last scan")
        scan = self.lab.scan(*SCAN, "-oL", results, *words)
        self.assertEqual((scan.code, scan.stdout), (1, ""))
        self.assertIn(f"masscan: --source-port: port {port} is in use by this machine, which {who}",
                      scan.stderr)
        self.assertIn("add --force\n", scan.stderr)
        self.assertEqual(results.read_text(), "of the last scan")
        self.assertEqual(self.lab.within("scanner", "nft", "list", "tables"), "")

    def assert_taken(self, *words):
        scan = self.lab.scan(*SCAN, *words)
        self.assertEqual((scan.code, scan.found), (0, self.expected), scan.stderr)

    def test_of_a_server_are_refused(self):
        self.listen("0.0.0.0", 2022)
        for words in (("--source-port", "2022"), ("-g", "2000-2100"), ("--transport", "pcap", "-g",
                      "2022"), ("--transport", "xdp", "-g", "2022"),
                      ("--source-ip", "198.18.0.2", "-g", "2022"),
                      ("--source-ip", "198.18.0.2-198.18.0.9", "-g", "2022")):
            with self.subTest(words):
                self.assert_refused(2022, "listens at 0.0.0.0", *words)

    def test_of_a_server_of_both_families_are_refused(self):
        with lab._entered(f"{self.lab.name}-scanner"):
            server = socket.create_server(("::", 2023), family=socket.AF_INET6,
                                          dualstack_ipv6=True)
        self.addCleanup(server.close)
        self.assert_refused(2023, "listens at ::", "--source-port", "2023")

    def test_of_a_session_are_refused(self):
        with self.lab.echo_connection() as session:
            port = session.getsockname()[1]
            self.assert_refused(port, "has a connection from 198.18.0.2", "--source-port", port)
            session.sendall(b"still there")
            self.assertEqual(session.recv(100), b"still there")

    def test_are_taken_where_nobody_is_cut_off(self):
        self.listen("0.0.0.0", 2024)
        self.listen("127.0.0.1", 2025)
        self.assert_taken("--source-port", "2026")
        self.assert_taken("--source-port", "2025")  # at another address
        self.assert_taken("--source-port", "2024", "--source-ip", "198.18.0.200")  # nobody's
        self.assert_taken("--source-port", "2024", "--force")

    def test_of_a_session_that_has_ended_are_taken(self):
        with self.lab.echo_connection() as session:
            port = session.getsockname()[1]
        sockets = self.lab.within("scanner", "cat", "/proc/net/tcp")
        self.assertIn(f":{port:04X} ", sockets)  # it waits for stragglers
        self.assert_taken("--source-port", port)


if __name__ == "__main__":
    lab.main()
