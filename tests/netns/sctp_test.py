"""SCTP: what a stack answers to an INIT or a COOKIE-ECHO it understands, and to nothing else."""

import contextlib
import ipaddress
import json
import socket
import struct
import threading
import unittest
import zlib

import lab
from lab import Lab, read_discovered

RANGES = ("10.1.0.0/24", "fd09:1::/120")
PORTS = (9, 2905, 36412, 38412)
SCAN = ("-p" + ",".join(f"S:{port}" for port in PORTS), *RANGES, "--rate", "4000", "--wait", "2")
SCTP = 132
INIT, INIT_ACK, ABORT, COOKIE_ECHO = 1, 2, 6, 10
TAG_RETURNED = 1  # the flag T of an ABORT (RFC 9260, 3.3.7)
EVERY_WAY = ("--transport af_packet", "--transport af_packet --workers 2", "--transport pcap",
             "--transport xdp", "--transport xdp --workers 2")


def crc32c(data):
    remainder = 0xffffffff
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82f63b78 if remainder & 1 else 0)
    return remainder ^ 0xffffffff


def sctp(source, target, tag, chunk):
    header = struct.pack("!HHI", source, target, tag)
    return header + struct.pack("<I", crc32c(header + bytes(4) + chunk)) + chunk


def state(address, port):
    """What a port of the simulated network is."""
    return ("open", "closed", "silent")[zlib.crc32(address + struct.pack("!H", port)) % 3]


def truth(wanted):
    return sorted((str(address), port) for text in RANGES for address in ipaddress.ip_network(text)
                  for port in PORTS if state(address.packed, port) == wanted)


class Stacks(threading.Thread):
    """The SCTP of every address behind an interface, as strict as RFC 9260 allows. Each answer is
    preceded by one with a wrong tag, which must not count."""

    def __init__(self, packets):
        super().__init__()
        self.packets, self.is_stopped = packets, threading.Event()
        self.inits, self.cookies, self.aborts, self.wrong = 0, 0, set(), []
        packets.settimeout(0.1)
        packets.setsockopt(socket.SOL_SOCKET, lab.SO_RCVBUFFORCE, 1 << 26)

    def run(self):
        while not self.is_stopped.is_set():
            with contextlib.suppress(TimeoutError):
                frame, (_, _, kind, *_) = self.packets.recvfrom(2048)
                if kind != lab.PACKET_OUTGOING:
                    self.on_frame(frame)

    def on_frame(self, frame):
        if frame[12:14] == b"\x08\0":
            length, protocol = struct.unpack_from("!H", frame, 16)[0], frame[23]
            ours, target, message = frame[26:30], frame[30:34], frame[34:14 + length]
        elif frame[12:14] == b"\x86\xdd":
            length, protocol = struct.unpack_from("!HB", frame, 18)
            ours, target, message = frame[22:38], frame[38:54], frame[54:54 + length]
        else:
            return
        if protocol == SCTP:
            self.on_sctp(frame, ours, target, message)

    def on_sctp(self, frame, ours, target, message):
        our_port, port, tag, checksum = struct.unpack("!HHI4s", message[:12])
        kind, _, length = struct.unpack_from("!BBH", message, 12)
        right = struct.pack("<I", crc32c(message[:8] + bytes(4) + message[12:]))
        if checksum != right or length != len(message) - 12 or length % 4:
            self.wrong.append(message)
        elif kind == INIT:
            self.on_init(frame, target, message, tag)
        elif kind == COOKIE_ECHO:
            self.cookies += 1
            if state(target, port) == "closed":
                self.answer(frame, message, tag, bytes([ABORT, TAG_RETURNED, 0, 4]))
        elif kind == ABORT and tag == self.own_tag(target, port):
            self.aborts.add((target, port))
        else:
            self.wrong.append(message)

    def on_init(self, frame, target, message, tag):
        self.inits += 1
        port = struct.unpack_from("!H", message, 2)[0]
        their_tag, window, streams_out, streams_in, _ = struct.unpack_from("!IIHHI", message, 16)
        if tag or not their_tag or window < 1500 or not streams_out or not streams_in:
            self.wrong.append(message)
        elif state(target, port) == "closed":
            self.answer(frame, message, their_tag, bytes([ABORT, 0, 0, 4]))
        else:
            cookie = struct.pack("!HH8s", 7, 12, b"a cookie")
            chunk = struct.pack("!BBHIIHHI", INIT_ACK, 0, 20 + len(cookie),
                                self.own_tag(target, port), 65535, 10, 10, 1) + cookie
            self.answer(frame, message, their_tag ^ 1, chunk)
            if state(target, port) == "open":
                self.answer(frame, message, their_tag, chunk)

    @staticmethod
    def own_tag(target, port):
        return zlib.crc32(target + struct.pack("!H", port)) | 1

    def answer(self, frame, message, tag, chunk):
        our_port, port = struct.unpack_from("!HH", message)
        body = sctp(port, our_port, tag, chunk)
        ethernet = frame[6:12] + frame[:6] + frame[12:14]
        if frame[12] == 8:
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, SCTP, 0)
            header += frame[30:34] + frame[26:30]
            total = sum(struct.unpack("!10H", header))
            total = (total & 0xffff) + (total >> 16)
            total = ~(total + (total >> 16)) & 0xffff
            header = header[:10] + struct.pack("!H", total) + header[12:]
        else:
            header = struct.pack("!IHBB", 6 << 28, len(body), SCTP, 64)
            header += frame[38:54] + frame[22:38]
        self.packets.send(ethernet + header + body)


class SctpScans(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.silence()
        for feature in ("off", "on"):  # without the program, only GRO has a veth take XDP frames
            cls.lab.within("net", "ethtool", "-K", "net0", "gro", feature)

    def scan(self, *words):
        with self.lab.packet_socket() as packets:
            stacks = Stacks(packets)
            stacks.start()
            try:
                scan = self.lab.scan(*words)
            finally:
                stacks.is_stopped.set()
                stacks.join()
        self.assertEqual(scan.code, 0, scan.stderr)
        self.assertEqual(stacks.wrong, [])
        return scan, stacks

    def assert_found(self, scan, *states):
        for each in ("open", "closed"):
            expected = truth(each) if each in states else []
            self.assertEqual(read_discovered(scan.stdout, each, "sctp"), expected)

    def test_finds_what_is_open_and_closed_by_every_transport_and_ends_what_it_began(self):
        for way in EVERY_WAY:
            with self.subTest(way):
                scan, stacks = self.scan(*SCAN, "--show", "open,closed", *way.split())
                self.assert_found(scan, "open", "closed")
                self.assertEqual((stacks.inits, stacks.cookies), (4 * 512, 0))
                self.assertEqual(len(stacks.aborts), len(truth("open")))
                self.assertIn("answer no probe of this scan", scan.stderr)

    def test_ends_nothing_with_noreset(self):
        scan, stacks = self.scan(*SCAN, "--noreset")
        self.assert_found(scan, "open")
        self.assertEqual(stacks.aborts, set())

    def test_closed_ports_answer_a_cookie_echo(self):
        for transport in ("af_packet", "xdp"):
            scan, stacks = self.scan(*SCAN, "-sZ", "--show", "closed", "--transport", transport)
            self.assert_found(scan, "closed")
            self.assertEqual((stacks.inits, stacks.cookies, stacks.aborts), (0, 4 * 512, set()))

    def test_beside_tcp_and_pings(self):
        scan, stacks = self.scan(*SCAN, "-p80,I:0", "--show", "open,closed", "--transport", "xdp")
        self.assert_found(scan, "open", "closed")
        self.assertEqual(stacks.inits, 4 * 512)
        self.assertEqual(scan.found, [])

    def test_says_why_in_every_format_that_has_a_place_for_it(self):
        file = self.lab.path("found")
        self.scan(*SCAN, "--show", "open,closed", "-oD", file)
        rows = json.loads("[" + ",".join(file.read_text().splitlines()) + "]")
        reasons = {(row["data"]["status"], row["data"]["reason"]) for row in rows}
        self.assertEqual(reasons, {("open", "init-ack"), ("closed", "abort")})


if __name__ == "__main__":
    lab.main()
