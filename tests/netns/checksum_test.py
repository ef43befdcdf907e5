"""Answers with right, unfinished and damaged checksums: no transport believes a damaged one."""

import contextlib
import struct
import threading
import unittest

import lab
from lab import ACK, SYN, Lab

TARGETS = "10.97.0.0/24"
RIGHT, UNFINISHED, DAMAGED, SILENT = range(4)  # what becomes of an answer, by its last octet % 4


def ones_sum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def answer(syn):
    """The SYN-ACK to a frame; None if that is no SYN, or is to get no answer."""
    if syn[12:14] != b"\x08\x00" or syn[23] != 6 or syn[47] != SYN:
        return None
    source, target = syn[26:30], syn[30:34]
    ports, sequence = syn[34:38], struct.unpack_from("!I", syn, 38)[0]
    tcp = ports[2:] + ports[:2] + struct.pack("!IIBBHHH", 7, (sequence + 1) & 0xFFFFFFFF, 5 << 4,
                                              SYN | ACK, 65535, 0, 0)
    pseudo = ones_sum(target + source + struct.pack("!HH", 6, len(tcp)))
    right = 0xFFFF - ones_sum(struct.pack("!H", pseudo) + tcp)
    kind = target[3] % 4
    if kind == SILENT:
        return None
    damaged = next(value for value in (right ^ 1, right ^ 2) if value not in (right, pseudo))
    checksum = {RIGHT: right, UNFINISHED: pseudo, DAMAGED: damaged}[kind]
    tcp = tcp[:16] + struct.pack("!H", checksum) + tcp[18:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, target, source)
    head = head[:10] + struct.pack("!H", 0xFFFF - ones_sum(head)) + head[12:]
    return syn[6:12] + syn[:6] + b"\x08\x00" + head + tcp


class Checksums(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.lab.silence()
        for feature in ("off", "on"):  # without the program, only GRO has a veth take XDP frames
            cls.lab.within("net", "ethtool", "-K", "net0", "gro", feature)

    @contextlib.contextmanager
    def answers(self):
        is_over = threading.Event()

        def run():
            while not is_over.is_set():
                with contextlib.suppress(TimeoutError):
                    frame = answer(packets.recv(2048))
                    if frame:
                        packets.send(frame)

        with self.lab.packet_socket() as packets:
            packets.settimeout(0.1)
            thread = threading.Thread(target=run)
            thread.start()
            try:
                yield
            finally:
                is_over.set()
                thread.join()

    def test_only_right_ones_are_believed(self):
        # A packet socket is told whether a checksum is finished; the others see the frame alone.
        for transport, believed in (("af_packet", {RIGHT}), ("pcap", {RIGHT, UNFINISHED}),
                                    ("xdp", {RIGHT, UNFINISHED})):
            with self.subTest(transport), self.answers():
                scan = self.lab.scan("-p80", TARGETS, "--rate", "2000", "--wait", "3",
                                     "--transport", transport)
                self.assertEqual(scan.code, 0, scan.stderr)
                expected = [(f"10.97.0.{last}", 80) for last in range(256) if last % 4 in believed]
                self.assertEqual(scan.found, sorted(expected), scan.stderr)
                refused = 64 * (3 - len(believed))
                self.assertIn(f"{refused} frames ignored: cut short or damaged", scan.stderr)


if __name__ == "__main__":
    lab.main()
