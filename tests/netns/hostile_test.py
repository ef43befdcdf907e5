"""A target that repeats its answer without end: the scan keeps its rate, and says who it was."""

import contextlib
import re
import threading
import time
import unittest

import lab
from lab import ACK, SYN, Lab, RunningScan

PREFIX = "10.97.0.0/16"
SECONDS = 8


class Repeater(threading.Thread):
    """Sends the first SYN-ACK that leaves an interface again, so many times a second."""

    def __init__(self, packets, rate):
        super().__init__()
        self.packets, self.rate, self.is_stopped = packets, rate, threading.Event()
        self.sent = 0

    def run(self):
        frame = self.first()
        began = time.monotonic()
        while not self.is_stopped.is_set():
            due = int((time.monotonic() - began) * self.rate)
            with contextlib.suppress(OSError):  # no room for now
                for _ in range(min(due - self.sent, 500)):
                    self.packets.send(frame)
                    self.sent += 1
            time.sleep(0.002)

    def first(self):
        ports = set()  # of this scan: those who answered the last one may still repeat themselves
        while not self.is_stopped.is_set():
            frame, _ = self.packets.recvfrom(2048)
            segment = frame[12:14] == b"\x08\x00" and lab.decode(frame[14:], lab.ETH_P_IP)
            if segment and segment.flags == SYN:
                ports.add(segment.source_port)
            elif segment and segment.flags == SYN | ACK and segment.port in ports:
                self.host = segment.source
                return frame
        return b""


class HostileTarget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))
        cls.enterClassContext(cls.lab.open_everywhere(PREFIX))

    def scan_beside(self, rate, repeats):
        """A scan of some seconds, and who repeats."""
        with self.lab.packet_socket() as packets:
            repeater = Repeater(packets, repeats)
            repeater.start()
            self.addCleanup(repeater.is_stopped.set)
            targets = f"10.97.0.0-10.97.{rate * SECONDS // 256}.{rate * SECONDS % 256 - 1}"
            running = RunningScan(self.lab.start("-p80", targets, "--rate", rate, "--wait", 2))
            scan = running.finish(timeout=5 * SECONDS)
            repeater.is_stopped.set()
            repeater.join()
        return scan, repeater

    def test_it_cannot_take_the_rate(self):
        for rate, repeats in ((100, 500), (100, 5000), (1000, 20_000)):
            with self.subTest(f"{repeats} a second at {rate}"):
                scan, repeater = self.scan_beside(rate, repeats)
                self.assertEqual(scan.code, 0, scan.stderr)
                self.assertEqual(len(scan.found), rate * SECONDS, scan.stderr)
                self.assertEqual(len(set(scan.found)), rate * SECONDS)
                sent, seconds = re.search(r"Sent (\d+) probes in ([\d.]+) s", scan.stderr).groups()
                self.assertEqual(int(sent), rate * SECONDS)
                # It sends canaries for 1.5 s after the last probe, and waits for the last answer,
                # --wait at most.
                asking = float(seconds) - 1.5 - 2.1
                missed = re.search(r"(\d+) packets fewer than the rate", scan.stderr)
                frames = rate * asking - int(missed[1] if missed else 0)  # by this machine
                self.assertGreaterEqual(int(sent), 0.75 * frames - 2, scan.stderr)
                self.assertRegex(scan.stderr, rf"note: {re.escape(repeater.host)} asked for at "
                                              r"least \d+ answers more than it got")


if __name__ == "__main__":
    lab.main()
