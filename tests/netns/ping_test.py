"""Pings, alone and beside ports: who answers is found, all of them, once each, and nobody else."""

import socket
import struct

import lab
from lab import SimTest, pings, truth

KEY = SimTest.KEY
END = ("--rate", "50000", "--wait", "2")
OUR_NUMBER = 61000  # the scan's source port, and so the identifier of its pings
BACKENDS = ("--transport af_packet", "--transport af_packet --workers 2",
             "--transport pcap --workers 2", "--transport xdp", "--transport xdp --workers 2",
             "--transport xdp --senders 0")


def checksum(message):
    words = sum(struct.unpack(f"!{len(message) // 2}H", message))
    words = (words & 0xffff) + (words >> 16)
    return ~(words + (words >> 16)) & 0xffff


def ping(identifier, sequence):
    """An echo request as a program of this machine would send it."""
    rest = struct.pack("!HH", identifier, sequence) + bytes(48)
    return struct.pack("!BBH", 8, 0, checksum(b"\x08\0\0\0" + rest)) + rest


class Pings(SimTest):
    def scan(self, *words):
        return super().scan(*words, *END)

    def assert_found(self, scan, *ranges, ports=None):
        self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"), pings(*ranges, key=KEY))
        self.assertEqual(scan.found, truth(*ranges, ports=ports, key=KEY) if ports else [])

    def test_finds_who_answers_in_both_families_by_every_transport(self):
        ranges = ["10.1.0.0/18", "fd09:1::/114"]
        for backend in BACKENDS:
            self.reset_network()
            scan = self.scan("--ping", *ranges, *backend.split())
            with self.subTest(backend=backend):
                self.assert_found(scan, *ranges)
                counters = self.lab.counters()
                self.assertEqual(counters["pings"], 2 * 16384)
                self.assertEqual((counters["syns"], counters["other"]), (0, 0))
        self.assertIn("Initiating ICMP Scan\nScanning 32768 hosts\n", scan.stderr)

    def test_beside_ports_each_address_is_pinged_once(self):
        ranges = ["10.2.0.0/19", "fd09:2::/115"]
        for transport in ("af_packet", "xdp"):
            self.reset_network()
            scan = self.scan("-p80,443", "--ping", *ranges, "--transport", transport,
                             "--canaries", 0)
            with self.subTest(transport=transport):
                self.assert_found(scan, *ranges, ports="80,443")
                counters = self.lab.counters()
                self.assertEqual(counters["pings"], 2 * 8192)
                self.assertEqual(counters["syns"], 4 * 8192)
                self.assertEqual(counters["other"], counters["open"] - len(pings(*ranges, key=KEY)),
                                 "one reset for each open port, and none for a ping")

    def test_asks_for_the_time_and_the_mask_over_ipv4(self):
        for way in BACKENDS:
            self.lab.set_network("--key", KEY, "--open", 50_000)
            scan = self.scan("-PE", "-PP", "-PM", "10.8.0.0/19", *way.split())
            with self.subTest(way=way):
                self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"),
                                 truth("10.8.0.0/19", ports="0,1,3", transport="icmp", key=KEY))
                self.assertEqual(self.lab.counters()["pings"], 3 * 8192)
        scan = self.lab.scan("-PP", "10.8.0.0/24", "fd09:1::/120")
        self.assertEqual((scan.code, scan.stderr), (2, "masscan: ports: IPv6 has no I:1; leave it "
                                                       "out, or the IPv6 targets\n"))

    def test_retries_find_what_loss_hides(self):
        self.lab.set_network("--key", KEY, "--loss", 200_000)
        scan = self.scan("--ping", "10.3.0.0/20", "--retries", 7, "--retry-delay", 0.3)
        self.assert_found(scan, "10.3.0.0/20")

    def test_shards_find_the_whole(self):
        found = []
        for shard in range(1, 4):
            scan = self.scan("-p80,I:0", "10.4.0.0/20", "--seed", 5, "--shard", f"{shard}/3")
            found += lab.read_discovered(scan.stdout, proto="icmp")
        self.assertEqual(sorted(found), pings("10.4.0.0/20", key=KEY))

    def test_writes_the_same_in_every_format(self):
        binary, again = self.lab.path("pings.bin"), self.lab.path("again.list")
        self.scan("--ping", "-p80", "10.5.0.0/20", "-oB", binary)
        done = self.lab.scan("--readscan", binary, "-oL", again)
        self.assertEqual(done.code, 0, done.stderr)
        expected = pings("10.5.0.0/20", key=KEY)
        self.assertEqual(lab.read_list(again, proto="icmp"), expected)
        for option, read in (("-oL", lab.read_list), ("-oD", lab.read_ndjson)):
            file = self.lab.path("pings" + option)
            self.scan("--ping", "-p80", "10.5.0.0/20", option, file)
            self.assertEqual(read(file, proto="icmp"), expected, option)
            self.assertEqual(read(file), truth("10.5.0.0/20", ports="80", key=KEY), option)

    def test_a_real_kernel_answers(self):
        scan = self.scan("--ping", "198.18.0.1", "fd18::1")
        self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"),
                         [("198.18.0.1", 0), ("fd18::1", 0)])
        scan = self.scan("-pI:1", "198.18.0.1")
        self.assertEqual(lab.read_discovered(scan.stdout, proto="icmp"), [("198.18.0.1", 1)])

    def test_the_doctor_knows_what_pings_need(self):
        done = self.lab.scan("--doctor", "--ping", "10.1.0.0/24")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("not needed: the kernel answers nothing", done.stdout)

    # A port that somebody listens at may be our identifier: nothing of TCP is kept from it.
    def test_a_source_port_in_use_is_no_matter(self):
        with lab._entered(f"{self.lab.name}-scanner"):
            server = socket.create_server(("198.18.0.2", 0))
        with server:
            port = server.getsockname()[1]
            scan = self.scan("--ping", "10.7.0.0/22", "--source-port", port)
            self.assert_found(scan, "10.7.0.0/22")
            both = self.lab.scan("--ping", "-p80", "10.7.0.0/22", "--source-port", port, *END)
            self.assertIn(f"port {port} is in use by this machine", both.stderr)

    # With our identifier, and with every sequence number that a scan might have chosen by chance.
    def test_pings_of_this_machine_count_for_nothing_and_are_answered(self):
        target = pings("10.6.0.0/20", key=KEY)[0][0]
        with lab._entered(f"{self.lab.name}-scanner"):
            pinger = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        pinger.settimeout(5)
        pinger.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        with pinger:
            for transport in ("af_packet", "xdp"):
                self.reset_network()
                file = self.lab.path(transport)
                process = self.lab.start("--ping", "10.6.0.0/20", "--transport", transport,
                                         "--source-port", OUR_NUMBER, "--rate", 2000, "--wait", 2,
                                         "-oL", file)
                self.addCleanup(process.kill)
                while self.lab.counters()["pings"] < 100:
                    self.assertIsNone(process.poll())
                for sequence in range(300):
                    pinger.sendto(ping(OUR_NUMBER, sequence), (target, 0))
                self.assertEqual(self.answers(pinger, 300), set(range(300)))
                _, stderr = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 0, stderr)
                self.assertIn(b"answer no probe of this scan", stderr)
                self.assertEqual(lab.read_list(file, proto="icmp"), pings("10.6.0.0/20", key=KEY))

    @staticmethod
    def answers(pinger, count):
        """The sequence numbers of so many pings of ours that were answered; not those of the scan,
        whose payload differs."""
        answered = set()
        while len(answered) < count:
            message = pinger.recv(2048)[20:]
            kind, _, _, identifier, sequence = struct.unpack_from("!BBHHH", message)
            if (kind, identifier, message[8:]) == (0, OUR_NUMBER, bytes(48)):
                answered.add(sequence)
        return answered


if __name__ == "__main__":
    lab.main()
