"""What is read is damaged: files cut short and with bits flipped, and frames whose checksums are
wrong. What outcomes of a run are good is in faults.py; no result may be made up.

The seed is printed, and DAMAGE_SEED=N brings about the same damage again.
"""

import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import faults
from faults import ALL, MASSCAN, truth

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))

import lab

SEED = int(os.environ.get("DAMAGE_SEED", time.time_ns() % 10**9))
ALONE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "-r", "--net"]
SIM = ["-e", "sim", "--sim-key", "9", "--seed", "7", "-p80", "--wait", "0.2"]
RESULTS = {"r.list": "list", "r.ndjson": "ndjson", "r.json": "json", "r.xml": "xml",
           "r.bin": "binary"}
ARCHIVE = "r.json.zst"  # compressed
CONFIG = """# what a user may write
range = 10.0.0.0/8
ports = 80,443,U:53
rate = 1000
excludefile = excludes
exclude = 10.1.0.0/16
banners = false
output-format = json
output-filename = r
"""


def damages(content, count, rng):
    """(what was done, the rest), half of them cut short, half of them with some bits flipped."""
    for _ in range(count):
        length = rng.randrange(len(content))
        yield f"cut at {length}", content[:length]
        damaged = bytearray(content)
        bits = [rng.randrange(8 * len(content)) for _ in range(rng.choice((1, 1, 2, 8)))]
        for bit in bits:
            damaged[bit // 8] ^= 1 << bit % 8
        yield f"flipped {bits}", bytes(damaged)


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rng = random.Random(SEED)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "excludes").write_text("10.0.15.0/24\n")
        scan = [*SIM, faults.TARGETS, "--excludefile", "excludes", "--rate", "20000"]
        outputs = [word for name, kind in RESULTS.items()
                   for word in ("--output-also", f"{kind}:{name}")]
        cls.run_well([*scan, *outputs])
        cls.run_well([*scan, "--compress", "zstd", "-oJ", ARCHIVE])
        cls.expected = truth()

    @classmethod
    def run_well(cls, words):
        ended = faults.run(words, cls.folder, ALONE)
        if ended.code != 0:
            raise AssertionError(ended.errors)

    def try_all(self, name, count, readers):
        """Damages the file and has each of the readers (words with {} for it) read it; they are
        told what to check of those who succeed."""
        content = (self.folder / name).read_bytes()
        rows = [(what, damaged, words, check) for what, damaged in damages(content, count, self.rng)
                for words, check in readers]

        def read(row):
            with tempfile.TemporaryDirectory() as place:
                place = pathlib.Path(place)
                for other in ("excludes", "r.list"):
                    shutil.copy(self.folder / other, place / f"{other}")
                (place / f"damaged-{name}").write_bytes(row[1])
                words = [word.replace("{}", f"damaged-{name}") for word in row[2]]
                ended = faults.run(words, place, ALONE)
                found = faults.read(place / "o.ndjson") if (place / "o.ndjson").exists() else []
                return ended, found

        with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
            for (what, _, words, check), (ended, found) in zip(rows, pool.map(read, rows)):
                with self.subTest(name, what=what, words=" ".join(words)):
                    faults.count(self.outcome(ended))
                    if check and what.startswith("cut"):
                        self.assertLessEqual(set(found), set(self.expected), "made up")

    def outcome(self, ended):
        with faults.problems_of(ended):
            ended.check(self)
        return "said" if ended.code else "success"

    def test_results(self):
        for name in (*RESULTS, ARCHIVE):
            kind = RESULTS.get(name, "json")
            append = [*SIM, "10.9.0.0/28", "--rate", "20000", "--output-append", "--output-also",
                      f"{kind}:{{}}", *(["--compress", "zstd"] if name == ARCHIVE else [])]
            self.try_all(name, 100 if ALL else 4, [
                (["--readscan", "{}", "-oD", "o.ndjson"], True),
                (["--diff", "{}", "r.list"], False), (append, False)])

    def test_a_configuration(self):
        (self.folder / "c.conf").write_text(CONFIG)
        self.try_all("c.conf", 200 if ALL else 10, [(["-c", "{}", "--echo"], False)])

    def test_a_checkpoint(self):
        scan = subprocess.Popen([*ALONE, MASSCAN, *SIM, faults.TARGETS, "--rate", "1000", "-oD",
                                 "o.ndjson"], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(scan.wait)
        self.addCleanup(scan.kill)
        deadline = time.monotonic() + 20
        while not (self.folder / "paused.conf").exists():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        scan.send_signal(signal.SIGINT)
        scan.wait(timeout=20)
        self.try_all("paused.conf", 100 if ALL else 8, [
            (["--resume", "{}", "--rate", "20000", "--wait", "0.2"], False)])

    def test_a_spool(self):
        ended = faults.run([*SIM, "10.0.0.0/24", "--rate", "20000", "--redis", "127.0.0.1:1",
                            "--spool", "spool"], self.folder, ALONE)
        self.assertEqual(ended.code, 1, ended.errors)
        self.try_all("spool.redis", 50 if ALL else 4, [
            (["--deliver", "{}", "--redis", "127.0.0.1:1"], False)])


class Target(threading.Thread):
    """Answers each SYN from an address divisible by eight, and every other one with a frame that
    has one wrong bit behind the Ethernet header."""

    def __init__(self, packets, rng):
        super().__init__(daemon=True)
        self.packets, self.rng = packets, rng
        self.damaged, self.is_stopped = 0, threading.Event()

    def run(self):
        self.packets.settimeout(0.1)
        while not self.is_stopped.is_set():
            try:
                frame, (_, _, kind, *_) = self.packets.recvfrom(2048)
            except TimeoutError:
                continue
            if kind == lab.PACKET_OUTGOING or frame[12:14] != b"\x08\x00" or frame[47] != lab.SYN:
                continue
            answer = bytearray(syn_ack(frame))
            if frame[33] % 8:
                bit = self.rng.randrange(8 * 14, 8 * len(answer))
                answer[bit // 8] ^= 1 << bit % 8
                self.damaged += 1
            self.packets.send(answer)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def syn_ack(frame):
    """The answer to a SYN, with right checksums."""
    source, target, port, asked, number = struct.unpack("!4s4sHHI", frame[26:42])
    tcp = struct.pack("!HHIIBBHHH", asked, port, 1, (number + 1) & 0xffffffff, 5 << 4,
                      lab.SYN | lab.ACK, 1024, 0, 0)
    total = checksum(target + source + struct.pack("!HH", 6, len(tcp)) + tcp)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 60, 6, 0, target, source)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return (frame[6:12] + frame[:6] + b"\x08\x00" + ip + tcp[:16] + struct.pack("!H", total)
            + tcp[18:])


class Frames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = lab._why_not()
        if reason:
            raise unittest.SkipTest(reason)
        cls.lab = cls.enterClassContext(lab.Lab("sim"))
        cls.enterClassContext(cls.lab.open_everywhere("10.98.0.0/16"))  # a network without the sim

    def test_damaged_ones_are_no_results(self):
        prefix = "10.97.0.0/17" if ALL else "10.97.0.0/19"
        for transport in ("pcap", "af_packet", "xdp"):
            with self.subTest(transport), self.lab.packet_socket() as packets:
                packets.setsockopt(socket.SOL_SOCKET, lab.SO_RCVBUFFORCE, 1 << 26)
                target = Target(packets, random.Random(SEED))
                target.start()
                scan = self.lab.scan(prefix, "-p80", "--rate", 3000, "--wait", 2, "--transport",
                                     transport, "--show", "all", "-oL", self.lab.path("list"))
                target.is_stopped.set()
                target.join()
                self.assertEqual(scan.code, 0, scan.stderr)
                records = re.findall(r"^(\w+ \w+ \d+) 10\.97\.\d+\.(\d+) ",
                                     self.lab.path("list").read_text(), re.MULTILINE)
                right = target_count(prefix) // 8
                self.assertEqual({words for words, _ in records}, {"open tcp 80"})
                self.assertEqual([octet for _, octet in records if int(octet) % 8], [])
                self.assertGreater(len(records), 0.9 * right)
                self.assertGreater(target.damaged, 6 * right)
                faults.count("ignored", target.damaged)


def target_count(prefix):
    return 1 << 32 - int(prefix.partition("/")[2])


def setUpModule():
    print(f"DAMAGE_SEED={SEED}", file=sys.stderr)


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
