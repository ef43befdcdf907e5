"""What a process may have runs out: descriptors, threads, memory, locked memory. A scan with four
outputs, control socket, metrics and checkpoint says so in a sentence, or needs less than there is;
what outcomes are good is in faults.py."""

import concurrent.futures
import os
import pathlib
import resource
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock

import faults
import injection
from faults import ALL, MASSCAN, Workshop

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))

import lab

IS_ROOT = os.geteuid() == 0
TRANSPORTS = ("af_packet", "pcap", "xdp")
SOMEBODY = "61234"  # a user without processes
OLD_RESULTS = "#masscan\nopen tcp 80 192.0.2.1 1\n# end\n"
IN_THE_LOADER = "error while loading shared libraries"


def sample(values, count):
    """All of them in nightly runs, otherwise so many."""
    values = list(values)
    return values if ALL else values[::-(-len(values) // count)]


def with_limit(name, value, user=None):
    """Starts a command that may have so much."""
    as_user = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] if user else []
    return ["prlimit", f"--{name}={value}", "--", *as_user]


def failing(call, error, when):
    """What fails, and the command that lets it."""
    return f"{call} {when}", injection.strace(call, error, when)


class Scarcity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = faults.truth()

    def sweep(self, kind, rows, words=None, parallel=2 * (os.cpu_count() or 1), within=()):
        """`rows` are (what is scarce, the command that makes it so)."""
        def outcome_of(row):
            with Workshop() as workshop:
                (workshop.folder / "scan.list").write_text(OLD_RESULTS)
                os.chmod(workshop.folder, 0o777)
                for name in os.listdir(workshop.folder):
                    os.chmod(workshop.folder / name, 0o666)
                outcome = workshop.outcome(words or workshop.scan(), row[1], within)
                return outcome, (workshop.folder / "scan.list").read_text()

        with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
            for (what, _), (outcome, results) in zip(rows, pool.map(outcome_of, rows)):
                with self.subTest(kind, what=what):
                    if outcome.first.code == 127 and IN_THE_LOADER in outcome.first.errors:
                        continue
                    said = outcome.check(self, self.expected)
                    faults.count(said)
                    if kind.startswith("descriptors") and said == "said":
                        self.assertIn("Too many open files", outcome.first.errors)
                    if said == "said" and "Sent " not in outcome.first.errors:
                        self.assertEqual(results, OLD_RESULTS, outcome.first.errors)


class Simulation(Scarcity):
    """Without a network: -e sim."""

    def test_descriptors(self):
        values = sample(range(4, 41), 10)
        self.sweep("descriptors", [(n, with_limit("nofile", n)) for n in values])

    def test_memory(self):
        values = sample(range(20, 420, 5), 8)
        self.sweep("memory", [(n, with_limit("as", n << 20)) for n in values])

    @unittest.skipUnless(IS_ROOT, "only root can be somebody else")
    def test_threads(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(MASSCAN, folder)  # where everybody can read it
            rows = [(n, with_limit("nproc", n, SOMEBODY)) for n in range(1, 9)]
            # One after the other: the limit is one for all processes of a user.
            with unittest.mock.patch.object(faults, "MASSCAN", program):
                self.sweep("threads", rows if ALL else rows[:6], parallel=1)

    def test_the_calls_that_make_them(self):
        rows = [failing(call, error, when) for call, error, places in (
            ("clone3", "EAGAIN", [*map(str, range(1, 6)), "1+"]),
            ("eventfd2", "EMFILE", ["1", "2", "1+"]), ("epoll_create1", "ENFILE", ["1", "2"]),
            ("signalfd4", "ENOMEM", ["1"]), ("getrandom", "ENOSYS", ["1+"]),
            ("getrandom", "EINTR", ["2+2"])) for when in places]
        self.sweep("calls", rows)

    def test_descriptors_with_a_server(self):
        with Redis() as redis:
            words = [*Workshop.scan(), "--redis", redis.place]
            values = sample(range(4, 41), 7)
            self.sweep("descriptors, Redis", [(n, with_limit("nofile", n)) for n in values], words)
            self.assertEqual(sorted(redis.hosts), self.expected)


class Network(Scarcity):
    """In a laboratory, by each transport."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reason = lab._why_not()
        if reason:
            raise unittest.SkipTest(reason)
        cls.lab = cls.enterClassContext(lab.Lab("sim", "--key", "9"))
        cls.within = ("ip", "netns", "exec", f"{cls.lab.name}-scanner")

    def sweep_transports(self, kind, limits):
        for transport in TRANSPORTS:
            rows = [(f"{transport}, {what}", [*self.within, *limit]) for what, limit in limits]
            self.sweep(kind, rows, Workshop.scan(source=("--transport", transport)), parallel=1,
                       within=self.within)

    def test_descriptors(self):
        self.sweep_transports("descriptors", [
            (n, with_limit("nofile", n)) for n in sample(range(5, 65), 5)])

    def test_locked_memory(self):
        self.sweep_transports("locked memory", [
            (f"{n} kB", with_limit("memlock", n << 10)) for n in sample((0, 8, 64), 1)])

    def test_memory(self):
        self.sweep_transports("memory", [
            (f"{n} MB", with_limit("as", n << 20)) for n in sample(range(30, 330, 10), 3)])

    def test_one_of_several_workers(self):
        words = [*Workshop.scan(source=("--transport", "af_packet")), "--workers", "3"]
        rows = [failing("clone3", "EAGAIN", str(n)) for n in range(4, 7)]
        self.sweep("workers", [(what, [*self.within, *command]) for what, command in rows], words,
                   parallel=1, within=self.within)


class Listener(unittest.TestCase):
    """While a scan runs, nothing is left for a client."""

    def test_a_client_that_finds_no_descriptor_keeps_nobody_busy(self):
        with Workshop() as workshop:
            scan = subprocess.Popen([MASSCAN, *workshop.scan(rate=100)], cwd=workshop.folder,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
            self.addCleanup(scan.wait)
            self.addCleanup(scan.kill)
            path = str(workshop.folder / "control")
            self.wait_for(lambda: self.ask(workshop, "status").returncode == 0)
            most = min(lowest_free(scan.pid) for _ in range(1000))  # a checkpoint has some at times
            soft, hard = resource.prlimit(scan.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(scan.pid, resource.RLIMIT_NOFILE, (most, hard))
            clients = [socket.socket(socket.AF_UNIX) for _ in range(4)]
            for client in clients:
                self.addCleanup(client.close)
                client.connect(path)
            busy, began = cpu_seconds(scan.pid), time.monotonic()
            time.sleep(2)  # the span that is measured
            busy, seconds = cpu_seconds(scan.pid) - busy, time.monotonic() - began
            self.assertLess(busy, seconds / 8)  # a fifth to a half, where it looks on and on
            faults.count("success")
            resource.prlimit(scan.pid, resource.RLIMIT_NOFILE, (soft, hard))
            for client in clients:
                client.close()
            self.assertEqual(self.ask(workshop, "status").returncode, 0)
            scan.send_signal(signal.SIGINT)
            self.assertIn(scan.wait(timeout=20), (0, 1))

    @staticmethod
    def ask(workshop, word):
        return subprocess.run([MASSCAN, "--control", "control", word], cwd=workshop.folder,
                              capture_output=True, timeout=20)

    def wait_for(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline)


class Files(unittest.TestCase):
    """Files that have no end."""

    def test_each_option_that_names_one(self):
        for words in (["-c"], ["--resume"], ["-iL"], ["--excludefile"], ["--readscan"]):
            for device in ("/dev/zero", "/dev/urandom"):
                with self.subTest(*words, device=device), tempfile.TemporaryDirectory() as folder:
                    run = faults.run([*words, device, "-oL", "-"], folder)
                    run.check(self)
                    self.assertNotEqual(run.code, 0)
                    faults.count("said")

    def test_one_that_is_longer_than_memory(self):
        with tempfile.TemporaryDirectory() as folder:
            run = faults.run(["-c", "/dev/zero"], folder, with_limit("as", 90 << 20))
            run.check(self)
            self.assertRegex(run.errors, r"\Amasscan: there is no memory left; .*\n\Z")
            faults.count("said")


class Redis:
    """As much of a server as takes results."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self):
            while line := self.rfile.readline():
                words = [self.word() for _ in range(int(line[1:]))]
                if words[:2] == [b"SADD", b"host"]:
                    self.server.hosts.add(words[2].decode())
                self.wfile.write(b"+PONG\r\n" if words == [b"PING"] else b":1\r\n")

        def word(self):
            length = int(self.rfile.readline()[1:])
            return self.rfile.read(length + 2)[:length]

    def __enter__(self):
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self.Conversation)
        self.server.daemon_threads = True
        self.hosts = self.server.hosts = set()
        self.place = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def lowest_free(pid):
    """Which descriptor the process would get next."""
    return min(set(range(100)) - set(map(int, os.listdir(f"/proc/{pid}/fd"))))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
