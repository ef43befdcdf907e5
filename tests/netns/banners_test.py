"""What TCP services say is heard, whole, at any port, and nothing is left behind: against the
kernel's own TCP, nginx, OpenSSH and servers of the test."""

import base64
import collections
import contextlib
import ipaddress
import itertools
import os
import pathlib
import random
import re
import selectors
import shutil
import socket
import threading
import unittest

import lab
from lab import Lab

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "512"))  # with servers that send any bytes
SO_SNDBUFFORCE = 32


def hosts(network):
    return [str(address) for address in ipaddress.ip_network(network)]


def banners(path, kind):
    """The texts of a kind by (address, port)."""
    texts = collections.defaultdict(list)
    for row in lab.read_rows(path):
        if row["rec_type"] == "banner" and row["data"]["service_name"] == kind:
            texts[row["ip"], row["port"]].append(row["data"]["banner"])
    return texts


def software(path):
    """What services of each kind say that they are, without versions."""
    return {(row["data"]["service_name"],
             row["data"].get("software", "").partition("/")[0].partition("_")[0])
            for row in lab.read_rows(path) if row["rec_type"] == "banner"}


class Servers(contextlib.AbstractContextManager):
    """TCP servers in the namespace of a laboratory's network, one thread for all. A server is a
    function of (connection, address) that the thread calls when bytes have come, and at first."""

    def __init__(self, laboratory, servers):
        self.selector = selectors.DefaultSelector()
        self.received = collections.defaultdict(bytes)
        self.running = True
        with lab._entered(f"{laboratory.name}-net"):
            for port, serve in servers.items():
                listener = socket.create_server(("0.0.0.0", port), backlog=4096)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)  # never blocks
                self.selector.register(listener, selectors.EVENT_READ, serve)
        self.thread = threading.Thread(target=self._work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    def _work(self):
        while self.running:
            for key, _ in self.selector.select(0.1):
                if isinstance(key.data, tuple):
                    self._read(key.fileobj, *key.data)
                else:
                    self._accept(key.fileobj, key.data)

    def _accept(self, listener, serve):
        connection, _ = listener.accept()
        connection.setblocking(True)
        ours = connection.getsockname()
        self.selector.register(connection, selectors.EVENT_READ, (serve, ours))
        serve(connection, ours, b"")

    def _read(self, connection, serve, ours):
        try:
            data = connection.recv(1 << 16)
        except ConnectionError:
            data = b""
        if data:
            self.received[ours] += data
            return serve(connection, ours, self.received[ours])
        self.selector.unregister(connection)
        connection.close()


def stream_of(ours):
    """The bytes that a server sends at an address: of random length, never text."""
    random_bytes = random.Random(f"{ours}")
    longest = random_bytes.choice([10, 100, 1000, 5000, 40_000])
    return b"\xf5" + random_bytes.randbytes(random_bytes.randrange(longest))


def send_stream(connection, ours, received):
    if not received:
        connection.sendall(stream_of(ours))
        connection.shutdown(socket.SHUT_WR)


class Banners(unittest.TestCase):
    def scan(self, laboratory, *words):
        scan = laboratory.scan("--banners", "--rate", "20000", "--wait", "2", "-oD", "scan.ndjson",
                               *words, timeout=300)
        self.assertEqual(scan.code, 0, scan.stderr)
        return laboratory.path("scan.ndjson")

    def test_nginx_is_heard_everywhere(self):
        network = "10.50.8.0/21"
        with Lab("hosts") as laboratory:
            path = self.scan(laboratory, network, "-p80,81")
            everywhere = [(host, 80) for host in hosts(network)]
            titles = banners(path, "title")
            self.assertEqual(sorted(titles), sorted(everywhere))
            self.assertEqual(set(map(tuple, titles.values())), {("laboratory",)})
            self.assertEqual(sorted(banners(path, "http.server")), sorted(everywhere))
            self.assertEqual(software(path), {("http.server", "nginx"), ("http", "nginx"),
                                              ("title", "nginx")})
            self.assertEqual(laboratory.kernel_resets(), 0)
            self.assertEqual(laboratory.within("scanner", "nft", "list", "tables"), "")

    def test_loss_is_made_good(self):
        network = "10.50.16.0/23"
        with Lab("hosts") as laboratory:
            laboratory.set_loss(5)
            path = self.scan(laboratory, network, "-p80", "--retries", "6", "--retry-delay", "0.3")
            self.assertEqual(sorted(banners(path, "title")),
                             sorted((host, 80) for host in hosts(network)))

    def test_ipv6_is_heard(self):
        with Lab("hosts") as laboratory:
            path = self.scan(laboratory, "fd50::/120", "-p80")
            self.assertEqual({ip for ip, _ in banners(path, "title")},
                             {f"fd50::{host:x}" for host in range(1, 256)})

    def test_openssh_is_heard(self):
        """It makes a process of each connection, so it is asked a few times only."""
        with Lab("hosts") as laboratory:
            path = self.scan(laboratory, "10.50.8.0/28", "fd50::/124", "-p22")
            greetings = banners(path, "ssh")
            self.assertEqual({stated for _, stated in software(path)}, {"OpenSSH"})
            self.assertEqual(len(greetings), 16 + 15)
            self.assertTrue(all(len(one) == 1 and one[0].startswith("SSH-2.0-OpenSSH")
                                for one in greetings.values()))

    def test_every_byte_arrives(self):
        """What Linux sends, over a cable that delays and repeats, is what is reported."""
        bits = min((CONVERSATIONS - 1).bit_length(), 15)
        network, ports = f"10.50.0.0/{32 - bits}", range(7777, 7777 + (CONVERSATIONS >> bits))
        with Lab("hosts", "--delay", "5", "--jitter", "5", "--duplicate", "20000", "--drop",
                 "10000") as laboratory, Servers(laboratory, dict.fromkeys(ports, send_stream)):
            path = self.scan(laboratory, network, f"-p{ports[0]}-{ports[-1]}", "--retries", "6",
                             "--retry-delay", "0.3", "--hello", "none", "--base64")
            heard = collections.Counter()
            wrong = []
            for row in lab.read_rows(path):
                if row["rec_type"] == "banner":
                    service = (row["ip"], row["port"])
                    heard[service] += 1
                    if base64.b64decode(row["data"]["base64"]) != stream_of(service):
                        wrong.append(service)
            self.assertEqual(wrong, [])
            self.assertEqual(heard.keys(), {(ip, port) for ip in hosts(network) for port in ports})
            self.assertEqual(set(heard.values()), {1})
            self.assertEqual(laboratory.within("net", "ss", "-Htn", "state", "established"), "")

    def test_a_megabyte_arrives_in_joined_frames(self):
        """What the kernel joins (GRO, or segmentation that is left to a device) is not cut: nothing
        comes a second time, after a timeout of the sender."""
        network, long_bytes = "10.50.25.0/30", b"\xf5" + random.Random(1).randbytes(1_000_000)

        def send_long(connection, _, received):
            if not received:
                connection.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 4 << 20)
                connection.sendall(long_bytes)
                connection.shutdown(socket.SHUT_WR)

        with Lab("hosts") as laboratory, Servers(laboratory, {7777: send_long}):
            transports = ("xdp", "af_packet", "pcap")
            for offload, transport in itertools.product(("off", "on"), transports):
                laboratory.within("net", "ethtool", "-K", "net0", "tx", offload, "tso", offload)
                before = laboratory.timeouts("net")
                path = self.scan(laboratory, network, "-p7777", "--transport", transport,
                                 "--hello", "none", "--base64", "--banner-limit", "1000001",
                                 "--wait", "0.5")
                with self.subTest(transport, offload=offload):
                    heard = [base64.b64decode(row["data"]["base64"])
                             for row in lab.read_rows(path) if row["rec_type"] == "banner"]
                    self.assertEqual([len(one) for one in heard], [len(long_bytes)] * 4)
                    self.assertTrue(all(one == long_bytes for one in heard))
                    self.assertEqual(laboratory.timeouts("net") - before, 0)

    def test_hellos_arrive_byte_for_byte(self):
        bytes_of = {1001: bytes(range(256)), 1002: b"GET /\n\n", 1003: b"x" * 70_000}
        with Lab("hosts") as laboratory:
            words = ["--hello-string[1001]", base64.b64encode(bytes_of[1001]).decode()]
            for port in (1002, 1003):
                laboratory.path(f"hello{port}").write_bytes(bytes_of[port])
                words += [f"--hello-file[{port}]", f"hello{port}"]

            def answer(connection, ours, received):
                if len(received) == len(bytes_of[ours[1]]):
                    connection.sendall(b"\xfegot it")
                    connection.shutdown(socket.SHUT_WR)

            with Servers(laboratory, {port: answer for port in bytes_of}) as servers:
                path = self.scan(laboratory, "10.50.1.0/29", "-p1001-1003", *words)
            self.assertEqual(len(banners(path, "unknown")), 24)
            for (_, port), received in servers.received.items():
                self.assertEqual(received, bytes_of[port])

    def test_hellos_are_said_in_the_order_of_the_user(self):
        said = {7777: [b"*2\r\n", b"GET /", b"CNXN", b"srvr"], 7778: [b"GET /"]}
        order = ["--banner-order", "7777:redis,http,adb,zookeeper", "--banner-order", "http"]
        with Lab("hosts") as laboratory, Servers(
                laboratory, dict.fromkeys(said, lambda *_: None)) as servers:
            self.scan(laboratory, "10.50.1.1", "-p7777,7778", *order, "--hello-timeout", "0.2")
        for (_, port), received in servers.received.items():
            found = [received.find(hello) for hello in said[port]]
            self.assertNotIn(-1, found)
            self.assertEqual(found, sorted(found), received)

    def test_smb_is_asked_by_its_first_version(self):
        answered = (lab.SOURCE / "tests/fuzz/corpus/stream/smb1_1").read_bytes()[2:]

        def answer(connection, ours, received):
            if received.endswith(b"\x02NT LM 0.12\0"):
                connection.sendall(answered)
                connection.shutdown(socket.SHUT_WR)

        ports = {445: answer, 4450: answer}
        with Lab("hosts") as laboratory, Servers(laboratory, ports) as servers:
            path = self.scan(laboratory, "10.50.1.1", "-p445,4450", "--hello", "smbv1")
            texts = banners(path, "smb")
        self.assertEqual(set(texts), {("10.50.1.1", 445), ("10.50.1.1", 4450)})
        self.assertTrue(all(text.startswith("SMBv1 ") for (text,) in texts.values()), texts)
        for received in servers.received.values():
            self.assertNotIn(b"SMB 2", received)

    def test_a_web_server_is_asked_by_its_name(self):
        with Lab("hosts") as laboratory:
            names = pathlib.Path("/etc/netns") / f"{laboratory.name}-scanner"
            names.mkdir(parents=True)  # `ip netns exec` lays it over /etc
            self.addCleanup(shutil.rmtree, names)
            (names / "hosts").write_text("10.50.1.1 shop.example\n")

            def answer(connection, ours, received):
                if received.endswith(b"\r\n\r\n"):
                    connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                    connection.shutdown(socket.SHUT_WR)

            with Servers(laboratory, {8080: answer}) as servers:
                path = self.scan(laboratory, "shop.example", "10.50.1.2", "10.50.1.3", "-p8080",
                                 "--host-name", "10.50.1.2=www.example.com")
            self.assertEqual(len(banners(path, "http")), 3)
            asked = {ours[0]: re.search(rb"\r\nHost: (\S+)\r\n", received)[1].decode()
                     for ours, received in servers.received.items()}
            self.assertEqual(asked, {"10.50.1.1": "shop.example:8080",
                                     "10.50.1.2": "www.example.com:8080",
                                     "10.50.1.3": "10.50.1.3:8080"})

    def test_a_service_that_says_nothing_is_counted(self):
        with Lab("hosts") as laboratory, Servers(laboratory, {9: lambda *_: None}):
            scan = laboratory.scan("10.50.1.0/28", "-p9", "--banners", "--rate", "1000", "--wait",
                                   "1", "--hello-timeout", "0.3")
            self.assertIn("16 services accepted a connection and said nothing", scan.stderr)
            self.assertEqual(len(scan.found), 16)


if __name__ == "__main__":
    lab.main()
