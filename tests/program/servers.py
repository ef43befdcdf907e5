"""Real servers for tests: Redis on loopback, PostgreSQL on a unix socket. Each lives in a folder of
the test's, and is ended by its process id.

Loopback is that of a network namespace: a test file begins with `enter_namespace()`."""

import atexit
import contextlib
import functools
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # seconds
MARK = "MASSCAN_TEST_NAMESPACE"


def enter_namespace():
    """Runs this program again in a network namespace of its own; returns there."""
    if MARK in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    os.environ[MARK] = "1"
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    os.execvp("unshare", ["unshare", *user, "--net", sys.executable, "-B", *sys.argv])


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing came of it: {what}")
        time.sleep(0.02)


class Server:
    """Survives its own death: what it has confirmed is on the disk."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        wait_until(self.is_ready, f"{self.command()}: {(self.folder / 'log').read_text()}")
        return self

    def kill(self):
        self.end(signal.SIGKILL)

    def end(self, number):
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        self.process.wait(timeout=PATIENCE)
        self.process = None


class Redis(Server):
    ADDRESS = "127.0.0.1:6380"

    def __init__(self, folder, *words):
        super().__init__(folder)
        self.words = words

    @property
    def url(self):
        return self.ADDRESS

    def command(self):
        return ["redis-server", "--bind", "127.0.0.1", "--port", "6380", "--dir", str(self.folder),
                "--appendonly", "yes", "--appendfsync", "always", *self.words]

    def cli(self, *words):
        ended = subprocess.run(["redis-cli", "-p", "6380", *words], capture_output=True, text=True,
                               timeout=PATIENCE)
        return ended.stdout.splitlines()

    @contextlib.contextmanager
    def hanging(self):
        """It keeps its connections, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def is_ready(self):
        answer = self.cli("PING")[:1]
        return answer in (["PONG"], ["NOAUTH Authentication required."])

    def sets(self):
        """Members by key."""
        script = ("local all = {} for _, key in ipairs(redis.call('KEYS', '*')) do "
                  "for _, member in ipairs(redis.call('SMEMBERS', key)) do "
                  "all[#all + 1] = key .. ' ' .. member end end return all")
        found = {}
        for line in self.cli("EVAL", script, "0"):
            if line:
                key, member = line.split(" ")
                found.setdefault(key, set()).add(member)
        return found

    def found(self):
        """(address, port) of every result."""
        sets = self.sets()
        ports = [(address, port.removesuffix("/tcp"))
                 for address in sets.get("host", ()) for port in sets[address]]
        return sorted(ports)


class Postgres(Server):
    BIN = max(glob.glob("/usr/lib/postgresql/*/bin"), default="/usr/lib/postgresql/bin")

    def __init__(self, folder):
        super().__init__(folder)
        self.url = f"postgresql:///postgres?host={folder}&user=scanner"
        shutil.copytree(self.empty(), folder / "data")

    @classmethod
    @functools.cache
    def empty(cls):
        """A database that nobody has used, made once: that takes seconds."""
        folder = pathlib.Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, folder)
        subprocess.run(cls.unprivileged("initdb", "-D", folder / "data", "-U", "scanner",
                                        "-A", "trust", "--no-sync"),
                       check=True, capture_output=True, timeout=PATIENCE)
        return folder / "data"

    @classmethod
    def unprivileged(cls, program, *words):
        """It refuses to be root, so that root is another user to it, whom every machine knows."""
        nobody = pwd.getpwnam("nobody")
        user = ["unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
        return [*(user if os.geteuid() == 0 else []), f"{cls.BIN}/{program}", *map(str, words)]

    def command(self):
        return self.unprivileged("postgres", "-D", self.folder / "data", "-k", self.folder,
                                 "-c", "listen_addresses=")

    def kill(self):
        # As a crash, but for processes that outlive it and would keep the next start from working.
        self.end(signal.SIGQUIT)

    @contextlib.contextmanager
    def hanging(self):
        """Somebody has locked the table of results, which is there."""
        locker = subprocess.Popen(
            ["psql", self.url, "-XAtqc",
             "BEGIN; LOCK masscan.results; SELECT 'locked'; SELECT pg_sleep(60)"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: self.sql(
                "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"
                " AND relation = 'masscan.results'::regclass AND granted") == ["1"], "a lock")
            yield
        finally:
            self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()")
            locker.wait(timeout=PATIENCE)

    def is_ready(self):
        return self.try_sql("SELECT 1").stdout == "1\n"

    def try_sql(self, text):
        return subprocess.run(["psql", self.url, "-XAtqc", text], capture_output=True, text=True,
                              timeout=PATIENCE)

    def sql(self, text):
        ended = self.try_sql(text)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.splitlines()

    def found(self):
        """(address, port) of every result, as often as it is there."""
        if not self.sql("SELECT to_regclass('masscan.results')")[0]:
            return []
        rows = self.sql("SELECT host(address) || ' ' || port FROM masscan.results")
        return sorted(tuple(row.split(" ")) for row in rows)
