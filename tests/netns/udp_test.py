"""UDP: who answers is found, by whichever of a port's requests, once, and nobody else."""

import contextlib
import socket
import threading
import unittest

import lab
from lab import Lab, SimTest, truth

END = ("--rate", "50000", "--wait", "2", "--retry-delay", "0.2")
BACKENDS = ("--transport af_packet", "--transport af_packet --workers 2",
            "--transport pcap --workers 2", "--transport xdp", "--transport xdp --workers 2",
            "--transport xdp --senders 0")


def found(scan, state="open"):
    return lab.read_discovered(scan.stdout, state=state, proto="udp")


class Recall(SimTest):
    def test_finds_who_answers_in_both_families_by_every_backend(self):
        ranges = ["10.1.0.0/19", "fd09:1::/115"]
        expected = truth(*ranges, ports="53,9999", key=self.KEY, transport="udp")
        for backend in BACKENDS:
            self.reset_network()
            scan = self.scan("-pU:53,U:9999", *ranges, *backend.split(), *END)
            with self.subTest(backend=backend):
                self.assertEqual(found(scan), expected)
                counters = self.lab.counters()
                self.assertEqual((counters["syns"], counters["other"]), (0, 0))
                self.assertGreaterEqual(counters["datagrams"], 4 * 8192)
        self.assertIn("Initiating UDP Scan\n", scan.stderr)

    def test_beside_tcp_ports_and_pings(self):
        scan = self.scan("-p80,U:9999", "--ping", "10.2.0.0/20", *END)
        self.assertEqual(found(scan), truth("10.2.0.0/20", ports="9999", key=self.KEY,
                                            transport="udp"))
        self.assertEqual(scan.found, truth("10.2.0.0/20", ports="80", key=self.KEY))
        self.assertEqual(self.lab.counters()["datagrams"], 4096)

    def test_every_format_holds_them(self):
        file = self.lab.path("udp.ndjson")
        self.scan("-pU:9999", "10.5.0.0/20", "-oD", file, *END)
        self.assertEqual(lab.read_ndjson(file, proto="udp"),
                         truth("10.5.0.0/20", ports="9999", key=self.KEY, transport="udp"))
        self.assertIn('"reason":"udp-response"', file.read_text())


class Daemons(unittest.TestCase):
    """dnsmasq and snmpd at every address of a network, and a kernel that says what is closed."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("hosts"))
        cls.lab.unlimit_errors("net")

    def scan(self, *words):
        # A daemon reads hundreds of requests a second, not thousands.
        scan = self.lab.scan(*words, "--rate", 500, "--wait", 3, "--retry-delay", 0.5)
        self.assertEqual(scan.code, 0, scan.stderr)
        return scan

    def test_open_and_closed_are_told_apart(self):
        # snmpd answers for an IPv6 network from its own address.
        v4 = [f"10.50.7.{host}" for host in range(256)]
        v6 = [f"fd50::{host:x}" for host in range(16, 32)]
        for prefix, hosts, ports in (("10.50.7.0/24", v4, (53, 161)), ("fd50::10/124", v6, (53,))):
            asked = ",".join(f"U:{port}" for port in (*ports, 9))
            scan = self.scan("-p", asked, prefix, "--show", "closed,filtered")
            self.assertEqual(found(scan), sorted((host, port) for host in hosts for port in ports))
            self.assertEqual(found(scan, "closed"), sorted((host, 9) for host in hosts))
            self.assertEqual(found(scan, "filtered"), [])

    def test_what_services_say_is_written(self):
        file = self.lab.path("banners.list")
        self.scan("-pU:53,U:161", "10.50.7.1", "--banners", "-oL", file)
        text = file.read_text()
        self.assertRegex(text, r"banner udp 53 10\.50\.7\.1 \d+ dns-ver dnsmasq-")
        self.assertIn("snmp sysDescr:simulated target", text)
        self.assertEqual(text.count("banner"), 2)
        # All bytes too, once: what no protocol reads has no other text.
        answer = bytes(range(256)) * 2
        with self.server("10.50.10.1", 7104, lambda listener, _, client:
                         listener.sendto(answer, client)):
            self.scan("-pU:53,U:7104", "10.50.10.1", "--rawudp", "-oL", file)
        text = file.read_text()
        self.assertEqual(text.count("banner"), 3)
        self.assertRegex(text, r"banner udp 53 \S+ \d+ dns-ver dnsmasq-")
        self.assertRegex(text, r"banner udp 53 \S+ \d+ unknown \S*version\\x04bind\S*dnsmasq-")
        self.assertRegex(text, r"banner udp 7104 \S+ \d+ unknown \\x00\\x01.*\\xff\n")

    def test_a_result_names_the_payload_that_was_answered(self):
        file = self.lab.path("payloads.ndjson")

        def first(listener, _, client):
            listener.sendto(b"first", client)

        def last(listener, datagram, client):
            if datagram.startswith(b"\x16"):
                listener.sendto(b"last", client)

        with self.server("10.50.10.6", 123, first), self.server("10.50.10.7", 123, last):
            self.scan("-pU:53,U:123,U:161", "10.50.10.6/31", "-oD", file)
        payloads = {(row["ip"], row["port"]): row["data"].get("payload")
                    for row in lab.read_rows(file)}
        # An answer without a form of its own may be to either request once both are sent.
        self.assertEqual(payloads, {("10.50.10.6", 53): "dns-version",
                                    ("10.50.10.7", 53): "dns-version",
                                    ("10.50.10.6", 161): "snmp-v1",
                                    ("10.50.10.7", 161): "snmp-v1",
                                    ("10.50.10.6", 123): "ntp-time",
                                    ("10.50.10.7", 123): None})

    def test_a_firewall_says_why(self):
        self.lab.within("net", "nft", "-f", self.lab.write("rules", """
            table inet walls {
              chain input {
                type filter hook input priority 0
                th dport 7001 reject with icmpx type admin-prohibited
                th dport 7002 reject with icmpx type host-unreachable
                th dport 7003 drop
                tcp dport 7004 reject with tcp reset
              }
            }"""))
        file = self.lab.path("walls.ndjson")
        self.scan("-p7001-7004,U:7001-7003,U:7004", "10.50.9.1",
                  "--show", "closed,filtered", "-oD", file)
        rows = sorted((row["proto"], row["port"], row["data"]["status"], row["data"]["reason"])
                      for row in lab.read_rows(file))
        self.assertEqual(rows, [("tcp", 7001, "filtered", "admin-prohibited"),
                                ("tcp", 7002, "filtered", "host-unreach"),
                                ("tcp", 7004, "closed", "rst-ack"),
                                ("udp", 7001, "filtered", "admin-prohibited"),
                                ("udp", 7002, "filtered", "host-unreach"),
                                ("udp", 7004, "closed", "port-unreach")])

    @contextlib.contextmanager
    def server(self, address, port, serve):
        """Calls serve(socket, datagram, client) for each datagram."""
        with lab._entered(f"{self.lab.name}-net"):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = socket.socket(family, socket.SOCK_DGRAM)
            listener.bind((address, port))

        def work():
            with contextlib.suppress(OSError):
                while True:
                    datagram, client = listener.recvfrom(2048)
                    if not datagram and client[0] == address:
                        return
                    serve(listener, datagram, client)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            with lab._entered(f"{self.lab.name}-net"):
                with socket.socket(family, socket.SOCK_DGRAM) as waker:
                    waker.bind((address, 0))
                    waker.sendto(b"", (address, port))
            thread.join()
            listener.close()

    def test_a_service_that_answers_only_one_of_its_requests_is_found(self):
        requests = []

        def third(listener, datagram, client):
            if datagram not in requests:
                requests.append(datagram)
            if requests.index(datagram) == 2:
                listener.sendto(b"\x17" + datagram[1:], client)

        payloads = [word for hex_digits in ("00", "01", "02")
                    for word in ("--udp-payload", f"7100:{hex_digits}")]
        with self.server("10.50.10.1", 7100, third):
            scan = self.scan("-pU:7100", "10.50.10.1", *payloads)
        self.assertEqual(found(scan), [("10.50.10.1", 7100)])
        self.assertEqual(len(requests), 3)

    def test_a_hundred_answers_are_one_result(self):
        def often(listener, datagram, client):
            for _ in range(100):
                listener.sendto(datagram + b"!", client)

        with self.server("10.50.10.2", 7101, often):
            scan = self.scan("-pU:7101", "10.50.10.2")
        self.assertEqual(found(scan), [("10.50.10.2", 7101)])

    def test_only_a_protocol_that_changes_ports_may_answer_from_another(self):
        def from_another_port(answer):
            def serve(listener, _, client):
                with lab._entered(f"{self.lab.name}-net"):
                    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                with other:
                    other.bind((listener.getsockname()[0], 0))
                    other.sendto(answer, client)
            return serve

        tftp_error = b"\0\5\0\1File not found\0"
        with self.server("10.50.10.3", 69, from_another_port(tftp_error)), \
                self.server("10.50.10.3", 7102, from_another_port(b"something")):
            scan = self.scan("-pU:69,U:7102", "10.50.10.3")
        self.assertEqual(found(scan), [("10.50.10.3", 69)])

    def test_a_wrong_token_is_no_answer(self):
        version = b"\0\0\0\1\0\0VERSION 1.6.18\r\n"

        def wrong(listener, datagram, client):
            listener.sendto(bytes([datagram[0] ^ 1]) + datagram[1:2] + version, client)

        def right(listener, datagram, client):
            listener.sendto(datagram[:2] + version, client)

        with self.server("10.50.10.5", 11211, right):
            scan = self.scan("-pU:11211", "10.50.10.5")
            self.assertEqual(found(scan), [("10.50.10.5", 11211)])
        with self.server("10.50.10.4", 11211, wrong):
            scan = self.scan("-pU:11211", "10.50.10.4")
        self.assertEqual(found(scan), [])
        self.assertIn("answer no probe of this scan", scan.stderr)

    def test_the_first_fragment_of_an_answer_is_one(self):
        def right_token(listener, datagram, client):
            answer = datagram[:2] + b"\0\0\0\1\0\0VERSION 1.6.18\r\n"
            listener.sendto(answer.ljust(4000, b"x"), client)

        def wrong_token(listener, datagram, client):
            right_token(listener, bytes([datagram[0] ^ 1]) + datagram[1:], client)

        def no_form(listener, _, client):
            listener.sendto(b"x" * 4000, client)

        file = self.lab.path("fragments.list")
        for right, wrong in (("10.50.10.8", "10.50.10.9"), ("fd50::8", "fd50::9")):
            with self.server(right, 11211, right_token), self.server(right, 7103, no_form), \
                    self.server(wrong, 11211, wrong_token):
                for backend in BACKENDS:
                    with self.subTest(backend=backend, target=right):
                        scan = self.scan("-pU:11211,U:7103", right, wrong, *backend.split(),
                                         "--banners", "-oL", file)
                        text = file.read_text()
                        self.assertIn(f"open udp 11211 {right} ", text)
                        self.assertIn(f"open udp 7103 {right} ", text)
                        self.assertEqual(text.count("open"), 2, text + scan.stderr)
                        self.assertIn("memcached version=1.6.18 ", text)
                        self.assertIn(f"unknown {64 * 'x'}\n", text)


if __name__ == "__main__":
    lab.main()
