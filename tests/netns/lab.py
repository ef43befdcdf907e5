"""Laboratories for tests: a layout of lab/lab for the life of a `with`, the scanner run inside it,
what arrived at the target, and the truth.

    with Lab("sim", "--key", "7", "--open", "50000") as lab:
        scan = lab.scan("-p80", "10.1.0.0/16", "--rate", "50000", "--wait", "1")
        assert scan.found == truth("10.1.0.0/16", ports="80", key=7, open_ppm=50000)

ctest names the programs: MASSCAN (the scanner) and LAB_BUILD (the directory of lab_net, lab_truth).
Every process is started in a laboratory's namespace, bounded in time, and ended by `lab/lab down`.
"""

import atexit
import collections
import contextlib
import ctypes
import itertools
import json
import os
import pathlib
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

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ.get("LAB_BUILD", str(SOURCE / "build/dev"))
MASSCAN = os.environ.get("MASSCAN", BUILD + "/masscan")
PATIENCE = 120  # seconds that any command of the laboratory may take, in an emulated machine too
SKIPPED = 77  # the exit code that ctest shows as "Skipped"

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_STATISTICS, PACKET_OUTGOING = 263, 6, 4
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 0x0003, 0x0800, 0x86DD

SYN, RST, ACK = 0x02, 0x04, 0x10

Segment = collections.namedtuple("Segment", "source source_port target port flags ttl")
_numbers = itertools.count()


class Scan:
    """A scan that has ended: its exit code, output, duration and what it found."""

    def __init__(self, code, stdout, stderr, seconds):
        self.code, self.stdout, self.stderr, self.seconds = code, stdout, stderr, seconds

    @property
    def found(self):
        return read_discovered(self.stdout)


class RunningScan:
    """A scan whose words can be waited for."""

    def __init__(self, process):
        self.process, self.started = process, time.monotonic()
        self.stdout, self.stderr = bytearray(), bytearray()
        self._readers = [threading.Thread(target=self._read, args=pair) for pair in
                         ((process.stdout, self.stdout), (process.stderr, self.stderr))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(pipe, into):
        while data := os.read(pipe.fileno(), 1 << 16):
            into.extend(data)
        pipe.close()

    def wait_until(self, is_so, seconds=60):
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"it never came to it: {self.stderr.decode()[-800:]}")
            time.sleep(0.005)

    def wait_until_found(self, count):
        self.wait_until(lambda: self.stdout.count(b"\n") >= count)

    def wait_until_said(self, words):
        self.wait_until(lambda: words.encode() in self.stderr)

    def finish(self, timeout=60):
        try:
            self.process.wait(timeout)
        finally:
            self.process.kill()
            for reader in self._readers:
                reader.join()
        return Scan(self.process.wait(), self.stdout.decode(), self.stderr.decode(),
                    time.monotonic() - self.started)


class Lab:
    def __init__(self, layout, *options):
        self.layout, self.options = layout, options
        self.name = f"t{os.getpid():x}-{next(_numbers)}"

    def __enter__(self):
        self._lab("up", self.layout, *self.options)
        atexit.register(self.__exit__)  # unittest does not clean up after an interrupt
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="lab-"))
        return self

    def __exit__(self, *_):
        atexit.unregister(self.__exit__)
        self._lab("down")
        shutil.rmtree(self.directory)

    def _lab(self, *words):
        command = [SOURCE / "lab/lab", "--name", self.name, "--build", BUILD, *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise RuntimeError(f"lab/lab {' '.join(words)}: {done.stderr}")
        return done.stdout

    def within(self, role, *words):
        """The output of a command in the namespace of `scanner`, `net`, `far`, `left`, `right`."""
        command = ["ip", "netns", "exec", f"{self.name}-{role}", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True,
                              timeout=PATIENCE)
        return done.stdout

    def start(self, *words):
        """The scanner, running; the caller ends it, or the laboratory does when it goes."""
        command = ["ip", "netns", "exec", f"{self.name}-scanner", MASSCAN, *map(str, words)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, cwd=self.directory)

    def scan(self, *words, timeout=60):
        """The scanner, run to its end."""
        started = time.monotonic()
        process = self.start(*words)
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"no end within {timeout} s: {stderr.decode()[-500:]}") from None
        return Scan(process.returncode, stdout.decode(), stderr.decode(),
                    time.monotonic() - started)

    def path(self, name):
        return self.directory / name

    def write(self, name, text):
        self.path(name).write_text(text)
        return self.path(name)

    def set_network(self, *options):
        """Other settings for the simulated network, and its counters at zero."""
        self.within("net", BUILD + "/lab_net", "set", "--interface", "net0", *map(str, options))

    def kernel_resets(self):
        """How many resets the scanner's own kernel has sent."""
        names, values = [line.split() for line in self.within(
            "scanner", "cat", "/proc/net/snmp").splitlines() if line.startswith("Tcp:")]
        return int(values[names.index("OutRsts")])

    def timeouts(self, role):
        """How many segments a kernel has sent again because nobody acknowledged them for long."""
        names, values = [line.split() for line in self.within(
            role, "cat", "/proc/net/netstat").splitlines() if line.startswith("TcpExt:")]
        return int(values[names.index("TCPTimeouts")])

    def counters(self):
        lines = self._lab("counters").splitlines()
        return {name: int(number) for name, number in map(str.split, lines)}

    @contextlib.contextmanager
    def frame_counter(self, role="scanner", interface="scan0"):
        """A function that returns the number of frames an interface has sent."""
        with _entered(f"{self.name}-{role}"):
            file = open("/proc/thread-self/net/dev")

        def count():
            file.seek(0)
            return next(int(line.split()[10]) for line in file if interface + ":" in line)

        with file:
            yield count

    def set_loss(self, percent):
        self._lab("loss", str(percent))

    def silence(self):
        """Turns the simulated network into one that receives and never answers; its frames can
        then be captured, which XDP programs come before."""
        self.within("net", "ip", "link", "set", "net0", "xdp", "off")

    @contextlib.contextmanager
    def open_everywhere(self, prefix, port=80):
        """Instead of the simulated network the kernel of `net` owns a prefix and has the port open
        at every address of it: a kernel minds MAC addresses, carriers and addresses."""
        self.silence()
        for feature in ("off", "on"):  # without the program, only GRO has a veth take XDP frames
            self.within("net", "ethtool", "-K", "net0", "gro", feature)
        self.within("net", "ip", "route", "add", "local", prefix, "dev", "lo")
        self.within("net", "sysctl", "-qw", "net.core.somaxconn=65535",
                    "net.ipv4.tcp_max_syn_backlog=65535")
        with _entered(f"{self.name}-net"):
            server = socket.create_server(("0.0.0.0", port), backlog=65535)
        with server:
            yield

    def packet_socket(self, role="net", interface="net0"):
        """One that sees all frames of an interface, and sends any."""
        with _entered(f"{self.name}-{role}"):
            packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            packets.bind((interface, ETH_P_ALL))
        return packets

    def unlimit_errors(self, *roles):
        """The kernels of these send an ICMP error for each packet that deserves one."""
        for role in roles:
            self.within(role, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0",
                        "net.ipv4.icmp_msgs_per_sec=100000", "net.ipv6.icmp.ratelimit=0")

    def bound_ports(self, role, transport):
        """The (family, port) pairs that a datagram or a SYN to some address of `role` can reach."""
        state = {"udp": "07", "tcp": "0A"}[transport]  # unconnected, listening
        bound = set()
        with _entered(f"{self.name}-{role}"):
            for file, families in ((transport, "4"), (transport + "6", "46")):
                rows = pathlib.Path("/proc/thread-self/net", file).read_text().splitlines()[1:]
                words = [row.split() for row in rows]
                ports = [int(row[1].rpartition(":")[2], 16) for row in words if row[3] == state]
                bound |= set(itertools.product(families, ports))
        return bound

    def connect(self, address):
        """A connection of the scanner's own kernel to an (address, port)."""
        with _entered(f"{self.name}-scanner"):
            return socket.create_connection(address, timeout=10)

    @contextlib.contextmanager
    def echo_connection(self):
        """A TCP connection of two kernels over the scanner's interface; what is sent comes back."""
        with _entered(f"{self.name}-net"):
            server = socket.create_server(("198.18.0.1", 0))
        with server, _entered(f"{self.name}-scanner"):
            client = socket.create_connection(server.getsockname())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 10, 0))
            echo = threading.Thread(target=_echo, args=(server.accept()[0],))
        echo.start()
        try:
            yield client
        finally:
            client.close()
            echo.join()

    @contextlib.contextmanager
    def capture(self, role="net", interface="net0"):
        capture = Capture(f"{self.name}-{role}", interface)
        try:
            yield capture
        finally:
            capture.close()


class SimTest(unittest.TestCase):
    """Tests that share one laboratory of the layout "sim", whose network each begins anew."""
    KEY = 7

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim"))

    def setUp(self):
        self.reset_network()

    def reset_network(self):
        self.lab.set_network("--key", self.KEY, "--open", 50_000)

    def scan(self, *words):
        scan = self.lab.scan(*words)
        self.assertEqual(scan.code, 0, scan.stderr)
        return scan


class Capture:
    """What arrives at an interface, kept by the kernel until asked for."""

    def __init__(self, namespace, interface):
        with _entered(namespace):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 28)
            self._socket.bind((interface, ETH_P_ALL))
        self._socket.setblocking(False)

    def close(self):
        self._socket.close()

    def segments(self):
        """The TCP segments that arrived since the last call."""
        segments = []
        while True:
            try:
                packet, (_, protocol, kind, *_) = self._socket.recvfrom(2048)
            except BlockingIOError:
                break
            segment = kind != PACKET_OUTGOING and decode(packet, protocol)
            if segment:
                segments.append(segment)
        statistics = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        lost = struct.unpack("II", statistics)[1]
        if lost:
            raise RuntimeError(f"the capture lost {lost} packets")
        return segments

    def probes(self):
        """How often each (address, port) was asked: a multiset."""
        return collections.Counter((s.target, s.port) for s in self.segments() if s.flags == SYN)


@contextlib.contextmanager
def _entered(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net") as home, open(f"/run/netns/{namespace}") as away:
        if libc.setns(away.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
        try:
            yield
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


def _echo(connection):
    with connection:
        while data := connection.recv(1 << 16):
            connection.sendall(data)


def decode(packet, protocol):
    """The TCP segment of an IP packet without extension headers, or None."""
    if protocol == ETH_P_IP and packet[9] == socket.IPPROTO_TCP:
        family, addresses, ttl, tcp = socket.AF_INET, packet[12:20], packet[8], (packet[0] & 15) * 4
    elif protocol == ETH_P_IPV6 and packet[6] == socket.IPPROTO_TCP:
        family, addresses, ttl, tcp = socket.AF_INET6, packet[8:40], packet[7], 40
    else:
        return None
    source_port, port = struct.unpack_from("!HH", packet, tcp)
    half = len(addresses) // 2
    source, target = (socket.inet_ntop(family, a) for a in (addresses[:half], addresses[half:]))
    return Segment(source, source_port, target, port, packet[tcp + 13], ttl)


def truth(*ranges, ports, key=1, open_ppm=50_000, closed_ppm=0, show="open", transport="tcp"):
    """The (address, port) pairs that are open, or closed, in a simulated network."""
    command = [BUILD + "/lab_truth", "--key", str(key), "--open", str(open_ppm), "--closed",
               str(closed_ppm), "--show", show, "--transport", transport, "--ports", ports, *ranges]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return sorted((address, int(port)) for address, port in map(str.split, lines.splitlines()))


def _network_words(ranges, ports, key, open_ppm):
    return ["--key", str(key), "--open", str(open_ppm), "--ports", ports, *ranges]


def spoken(*ranges, ports, key=1, open_ppm=50_000):
    """What services say in a network that speaks: {(address, port): (protocol, text)}; none of
    those that say nothing."""
    command = [BUILD + "/lab_truth", "--banners", "1",
               *_network_words(ranges, ports, key, open_ppm)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    rows = (line.split(" ", 3) for line in lines.splitlines())
    return {(address, int(port)): (protocol, text) for address, port, protocol, text in rows}


def compare(path, *ranges, ports, key=1, open_ppm=50_000):
    """What a list (-oL) has of what is open and said: counts by name."""
    command = [BUILD + "/lab_truth", "--compare", str(path),
               *_network_words(ranges, ports, key, open_ppm)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return {name: int(number) for name, number in map(str.split, lines.splitlines())}


def interrupt_twice(process):
    """Seconds from the second interrupt of a scan to its end."""
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    interrupted = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    return time.monotonic() - interrupted


# Readers of results: sorted lists of (address, port), so that a result told twice shows.


def retries_of(scan):
    """The probes that a scan sent again, by its summary."""
    said = re.search(r"Sent \d+ probes and (\d+) retries", scan.stderr)
    return int(said[1]) if said else 0


def pings(*ranges, **network):
    """The (address, 0) pairs that answer pings in a simulated network."""
    return truth(*ranges, ports="0", transport="icmp", **network)


def read_discovered(text, state="open", proto="tcp"):
    pattern = re.compile(rf"^Discovered {state} port (\d+)/{proto} on (\S+) *$", re.MULTILINE)
    return sorted((address, int(port)) for port, address in pattern.findall(text))


def read_list(path, state="open", proto="tcp"):
    rows = [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]
    return sorted((row[3], int(row[2])) for row in rows if row[:2] == [state, proto])


def read_rows(path):
    """The objects of an NDJSON file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_ndjson(path, state="open", proto="tcp"):
    return sorted((row["ip"], row["port"]) for row in read_rows(path)
                  if row["data"]["status"] == state and row["proto"] == proto)


def _why_not():
    """Why no laboratory can be made here, or None."""
    if os.geteuid() != 0:
        return "namespaces need root"
    if not os.access(MASSCAN, os.X_OK):
        return f"{MASSCAN} is not built"
    name = f"t{os.getpid():x}-probe"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no namespaces: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return None


def main():
    """Runs the tests of the calling file, or says loudly why it cannot and skips them."""
    reason = _why_not()
    if reason:
        print(f"SKIPPED, NOT TESTED: {reason}", file=sys.stderr)
        sys.exit(SKIPPED)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    unittest.main(module="__main__", verbosity=2)
