"""Dry runs, frame by frame: what `--offline --pcap` writes, and what `--pcap` keeps of answers."""

import collections
import ipaddress
import os
import pathlib
import struct
import subprocess
import tempfile
import time
import unittest

MASSCAN = os.environ["MASSCAN"]
SYN, ACK = 2, 16

Segment = collections.namedtuple("Segment", "source target source_port port sequence flags")
Ping = collections.namedtuple("Ping", "other is_request message")


def read_capture(data):
    """Every frame of a capture of Ethernet frames; fails if the file is not whole."""
    magic, _, _, _, _, _, link_type = struct.unpack_from("<IHHIIII", data)
    assert (magic, link_type) == (0xA1B2C3D4, 1)
    at = 24
    while at < len(data):
        _, microseconds, length, original = struct.unpack_from("<IIII", data, at)
        assert microseconds < 1_000_000 and length == original
        yield data[at + 16:at + 16 + length]
        at += 16 + length
    assert at == len(data)


def ones_complement(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def dissect_ping(frame):
    """Who is pinged by which message, over IPv4 or IPv6, its checksum verified; None: no ping."""
    packet = frame[14:]
    if packet[0] >> 4 == 4:
        protocol, echo_types, pseudo = packet[9], (8, 0), b""
        addresses, message = packet[12:20], packet[20:struct.unpack_from("!H", packet, 2)[0]]
    else:
        protocol, echo_types = packet[6], (128, 129)
        addresses, message = packet[8:40], packet[40:40 + struct.unpack_from("!H", packet, 4)[0]]
        pseudo = addresses + struct.pack("!HH", 58, len(message))
    if protocol not in (1, 58):
        return None
    assert message[0] in echo_types and message[1] == 0
    assert ones_complement(pseudo + message) == 0xFFFF
    half = len(addresses) // 2
    is_request = message[0] == echo_types[0]
    other = addresses[half:] if is_request else addresses[:half]
    return Ping(ipaddress.ip_address(other), is_request, message)


def dissect(frame):
    """A TCP segment over IPv4 or IPv6, its checksums verified."""
    packet = frame[14:]
    if packet[0] >> 4 == 4:
        length = struct.unpack_from("!H", packet, 2)[0]
        assert ones_complement(packet[:20]) == 0xFFFF
        addresses, tcp = packet[12:20], packet[20:length]
    else:
        length = struct.unpack_from("!H", packet, 4)[0]
        addresses, tcp = packet[8:40], packet[40:40 + length]
    half = len(addresses) // 2
    assert ones_complement(addresses + struct.pack("!HH", 6, len(tcp)) + tcp) == 0xFFFF
    source_port, port, sequence = struct.unpack_from("!HHI", tcp)
    return Segment(ipaddress.ip_address(addresses[:half]), ipaddress.ip_address(addresses[half:]),
                   source_port, port, sequence, tcp[13])


class Captures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "probes.pcap"

    def scan(self, *words, **environment):
        return subprocess.run([MASSCAN, *words], capture_output=True, timeout=60,
                              env=os.environ | environment)

    def dry_run(self, *words, **environment):
        ended = self.scan("--offline", "--rate", "max", "--seed", "7", "--cookie-key", "01" * 16,
                          "--pcap", str(self.file), "-oL", "/dev/null", *words, **environment)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return list(read_capture(self.file.read_bytes()))

    TARGETS = ("10.0.0.0/18", "fd09::/116", "-p80,443", "--exclude", "10.0.9.0/24")

    def test_a_dry_run_asks_every_target_once(self):
        asked = collections.Counter()
        for segment in map(dissect, self.dry_run(*self.TARGETS)):
            self.assertEqual(segment.flags, SYN)
            self.assertIn(segment.source_port, range(61000, 61016))
            asked[segment.target, segment.port] += 1
        addresses = [address for network in ("10.0.0.0/18", "fd09::/116")
                     for address in ipaddress.ip_network(network)
                     if address not in ipaddress.ip_network("10.0.9.0/24")]
        expected = {(address, port) for address in addresses for port in (80, 443)}
        self.assertEqual(asked, collections.Counter(expected))

    def test_one_two_and_four_workers_ask_the_same(self):
        """But for the source ports, which workers divide among themselves."""
        of_one = None
        for workers in ("1", "2", "4"):
            frames = self.dry_run(*self.TARGETS, "--workers", workers)
            asked = collections.Counter((segment.target, segment.port, segment.sequence)
                                        for segment in map(dissect, frames))
            of_one = of_one or asked
            self.assertEqual(asked, of_one)

    def test_every_instruction_set_writes_the_same_frames_in_the_same_order(self):
        plain = self.dry_run(*self.TARGETS, "--workers", "1", MASSCAN_INSTRUCTIONS="scalar")
        self.assertEqual(self.dry_run(*self.TARGETS, "--workers", "1"), plain)

    def test_shards_together_are_the_whole(self):
        whole = collections.Counter(self.dry_run(*self.TARGETS, "--workers", "1"))
        parts = collections.Counter()
        for shard in ("1/3", "2/3", "3/3"):
            parts.update(self.dry_run(*self.TARGETS, "--workers", "1", "--shard", shard))
        self.assertEqual(parts, whole)

    def special(self, *words):
        """The special-purpose addresses among 20,000 that are asked, by Python's own tables."""
        frames = self.dry_run(*words, "-p80", "--exclude", "255.255.255.255", "--resume-count",
                              "20000")
        self.assertEqual(len(frames), 20000)
        asked = {dissect(frame).target for frame in frames}
        return [address for address in asked if address.is_multicast or not address.is_global]

    def test_of_the_whole_internet_no_special_purpose_address_is_asked(self):
        for targets in (("0.0.0.0/0",), ("0.0.0.0-127.255.255.255", "128.0.0.0/1"),
                        ("2001:1ff:ffff:ffff:ffff:ffff:0:0-2001:200::ffff:ffff",)):
            with self.subTest(targets):
                self.assertEqual(self.special(*targets), [])
                # A seventh of IPv4, and half of the range of IPv6.
                self.assertGreater(len(self.special(*targets, "--include-reserved")), 2000)

    def test_a_special_purpose_target_is_asked_if_it_was_meant(self):
        frames = self.dry_run("126.255.255.0-127.0.255.255", "127.0.7.0/24", "127.0.0.1", "-p80")
        asked = {dissect(frame).target for frame in frames}
        meant = {address for network in ("126.255.255.0/24", "127.0.7.0/24", "127.0.0.1")
                 for address in ipaddress.ip_network(network)}
        self.assertEqual(asked, meant)

    def test_a_network_gets_no_more_than_its_rate(self):
        began = time.monotonic()
        frames = self.dry_run("10.0.0.0/24", "10.1.0.0/20", "-p80", "--max-rate-per-prefix", "200")
        self.assertGreaterEqual(time.monotonic() - began, (256 - 3) / 200)
        asked = collections.Counter(dissect(frame).target for frame in frames)
        self.assertEqual(len(asked), 256 + 4096)
        self.assertEqual(set(asked.values()), {1})

    def test_a_dry_run_pings_every_address_once_beside_its_ports(self):
        words = ("10.0.0.0/22", "fd09::/118", "-p80,443", "--ping", "--workers", "1")
        frames = self.dry_run(*words)
        pings = [ping for frame in frames if (ping := dissect_ping(frame))]
        segments = [dissect(frame) for frame in frames if not dissect_ping(frame)]
        addresses = {address for network in words[:2] for address in ipaddress.ip_network(network)}
        self.assertEqual(collections.Counter(ping.other for ping in pings),
                         collections.Counter(addresses))
        self.assertEqual({(s.target, s.port) for s in segments},
                         {(address, port) for address in addresses for port in (80, 443)})
        self.assertEqual({ping.message[10:] for ping in pings}, {bytes(range(10, 56))})
        for ping in pings:
            self.assertIn(struct.unpack_from("!H", ping.message, 4)[0], range(61000, 61016))
        self.assertEqual(self.dry_run(*words, MASSCAN_INSTRUCTIONS="scalar"), frames)

    def test_a_scan_keeps_the_answers_to_pings(self):
        found = self.file.with_name("found")
        ended = self.scan("-e", "sim", "10.0.0.0/22", "--ping", "--rate", "10000", "--wait", "1",
                          "--pcap", str(self.file), "-oL", str(found))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        answers = collections.Counter(
            str(ping.other) for ping in map(dissect_ping, read_capture(self.file.read_bytes())))
        lines = [line.split() for line in found.read_text().splitlines()]
        icmp = [line[3] for line in lines if line[:3] == ["open", "icmp", "0"]]
        self.assertGreater(len(icmp), 20)
        self.assertEqual(answers, collections.Counter(icmp))

    def test_a_scan_keeps_the_answers(self):
        found = self.file.with_name("found")
        ended = self.scan("-e", "sim", "10.0.0.0/22", "-p80", "--rate", "10000", "--wait", "1",
                          "--pcap", str(self.file), "-oL", str(found))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        segments = map(dissect, read_capture(self.file.read_bytes()))
        opened = {str(segment.source) for segment in segments if segment.flags == SYN | ACK}
        lines = [line.split() for line in found.read_text().splitlines()]
        self.assertEqual(opened, {line[3] for line in lines if line[0] == "open"})

    def test_standard_output_takes_packets_if_results_go_elsewhere(self):
        ended = self.scan("--offline", "--rate", "max", "10.0.0.0/24", "-p80", "--pcap", "-",
                          "-oL", "/dev/null")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(len(list(read_capture(ended.stdout))), 256)

    def test_a_full_disk_is_said_once(self):
        ended = self.scan("--offline", "--rate", "max", "10.0.0.0/24", "-p80", "--pcap",
                          "/dev/full", "-oL", "/dev/null")
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr.count(b"No space left on device"), 1, ended.stderr)


if __name__ == "__main__":
    unittest.main()
