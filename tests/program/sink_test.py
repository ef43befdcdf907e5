"""Results on their way to Redis and PostgreSQL: servers that die, hang and refuse, a scanner that
is killed, and in the end every result is there once."""

import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import servers

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
LAB_TRUTH = os.environ["LAB_TRUTH"]
SIM = ("-e", "sim", "--sim-key", "9", "--seed", "7", "--wait", "1", "-p80")
# 32,768 probes in six seconds, 1,600 of which are answered.
TARGETS = "10.0.0.0/17"
SCAN = (*SIM, TARGETS, "--rate", "5000")


def truth(targets):
    ended = subprocess.run([LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", "80", targets],
                           capture_output=True, text=True, check=True)
    return sorted(tuple(line.split()) for line in ended.stdout.splitlines())


class Sinks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.work = self.folder / "work"
        self.work.mkdir()

    def redis(self, *words):
        server = servers.Redis(self.folder / "redis", *words)
        self.addCleanup(server.kill)
        return server, ("--redis", server.ADDRESS)

    def postgres(self):
        server = servers.Postgres(self.folder / "postgres")
        self.addCleanup(server.kill)
        return server, ("--postgres", server.url)

    def each(self):
        for make in (self.redis, self.postgres):
            yield make()

    def start(self, *words):
        scanner = subprocess.Popen([MASSCAN, *words], cwd=self.work, text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(scanner.stderr.close)
        self.addCleanup(scanner.wait)
        self.addCleanup(scanner.kill)
        return scanner

    def run_to_end(self, *words):
        return subprocess.run([MASSCAN, *words], cwd=self.work, capture_output=True, text=True,
                              timeout=60)

    def check_success(self, ended):
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(list(self.work.iterdir()), [])

    def finish(self, scanner):
        errors = scanner.communicate(timeout=60)[1]
        self.check_success(subprocess.CompletedProcess([], scanner.returncode, "", errors))
        return errors

    def leftover(self, errors):
        """How many results the last sentence says are waiting, and the command that sends them."""
        told = re.search(r"masscan: (\d+) results are not delivered to .*; to send them: (.*)\n$",
                         errors)
        self.assertIsNotNone(told, errors)
        return int(told[1]), shlex.split(told[2])[1:]


class Delivery(Sinks):
    def test_everything_is_there_once_when_the_scan_ends(self):
        for server, option in self.each():
            server.start()
            ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *option)
            self.check_success(ended)
            self.assertEqual(ended.stdout, "")
            self.assertNotIn("note", ended.stderr)
            self.assertEqual(server.found(), truth("10.0.0.0/20"))

    def test_a_server_may_die_and_come_back_in_the_middle(self):
        for server, option in self.each():
            server.start()
            scanner = self.start(*SCAN, *option)
            servers.wait_until(lambda: len(server.found()) > 100, "first results")
            server.kill()
            self.assertIn("results are kept in masscan-", self.next_note(scanner))
            server.start()
            self.assertNotIn("results are kept", self.finish(scanner))
            self.assertEqual(server.found(), truth(TARGETS))

    def next_note(self, scanner):
        for line in scanner.stderr:
            if line.startswith("note:"):
                return line
        raise AssertionError("it said nothing")

    def test_a_server_that_is_away_keeps_nothing_from_files_and_gets_its_results_later(self):
        for server, option in self.each():
            ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *option, "-oL", "list")
            self.assertEqual(ended.returncode, 1)
            self.assertEqual(ended.stderr.count("results are kept in"), 1, ended.stderr)
            expected = truth("10.0.0.0/20")
            rows = [row.split() for row in (self.work / "list").read_text().splitlines()]
            self.assertEqual(sorted((row[3], row[2]) for row in rows if row[0] == "open"), expected)
            (self.work / "list").unlink()
            count, command = self.leftover(ended.stderr)
            self.assertEqual(count, len(expected))

            server.start()
            command = [server.url if word == "URL" else word for word in command]
            for _ in range(2):  # it does no harm to say it again
                ended = self.run_to_end(*command)
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertIn("everything in it is delivered", ended.stderr)
                self.assertEqual(server.found(), expected)
            (self.work / command[1]).unlink()

    def test_a_server_that_hangs_holds_up_nothing(self):
        for server, option in self.each():
            server.start()
            self.check_success(self.run_to_end(*SIM, "10.0.0.1", *option))  # tables are made
            if isinstance(server, servers.Postgres):
                locker = subprocess.Popen(
                    ["psql", server.url, "-XAtqc", "BEGIN; LOCK masscan.results; SELECT 'locked';"
                     "SELECT pg_sleep(60)"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                self.addCleanup(locker.stdout.close)
                self.addCleanup(locker.wait)
                self.addCleanup(locker.kill)
                servers.wait_until(lambda: server.sql(
                    "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"
                    " AND relation = 'masscan.results'::regclass AND granted") == ["1"], "a lock")
                ended = self.timed_scan(option)
                server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()")
            else:
                with server.stopped():
                    ended = self.timed_scan(option)
            self.assertEqual(ended.returncode, 1)
            count, command = self.leftover(ended.stderr)
            command = [getattr(server, "url", "") if word == "URL" else word for word in command]
            self.assertEqual(self.run_to_end(*command).returncode, 0)
            self.assertEqual(server.found(), truth("10.0.0.0/20"))
            self.assertGreater(count, 0)
            (self.work / command[1]).unlink()

    def timed_scan(self, option):
        """The scan itself goes at its rate: its summary comes when it would."""
        began = time.monotonic()
        scanner = self.start(*SIM, "10.0.0.0/20", "--rate", "4096", *option)
        errors = ""
        for line in scanner.stderr:
            errors += line
            if "Sent 4096 probes" in line:
                break
        self.assertLess(time.monotonic() - began, 6)
        errors += scanner.communicate(timeout=40)[1]
        return subprocess.CompletedProcess([], scanner.returncode, "", errors)

    def test_a_killed_scan_goes_on_and_delivers_everything_once(self):
        for server, option in self.each():
            server.start()
            scanner = self.start(*SCAN, *option)
            servers.wait_until(lambda: len(server.found()) > 100 and
                               (self.work / "paused.conf").exists(), "a checkpoint")
            scanner.kill()
            scanner.wait()
            before = len(server.found())
            server.kill()
            # A further run finds no server, and is killed too.
            turn = (self.work / "paused.conf").read_text()
            scanner = self.start("--resume", "paused.conf")
            servers.wait_until(lambda: (self.work / "paused.conf").read_text() != turn, "progress")
            scanner.kill()
            scanner.wait()
            server.start()
            self.assertLess(before, len(truth(TARGETS)))
            self.check_success(self.run_to_end("--resume", "paused.conf", "--rate", "50000"))
            self.assertEqual(server.found(), truth(TARGETS))

    def test_an_interrupted_scan_keeps_its_spool_for_the_next_run(self):
        for server, option in self.each():
            server.start()
            scanner = self.start(*SCAN, *option)
            servers.wait_until(lambda: len(server.found()) > 100, "first results")
            scanner.send_signal(signal.SIGINT)
            self.assertIn("--resume", scanner.communicate(timeout=30)[1])
            self.assertEqual(scanner.returncode, 0)
            self.assertEqual(len(list(self.work.glob("masscan-*"))), 1)
            self.check_success(self.run_to_end("--resume", "paused.conf", "--rate", "50000"))
            self.assertEqual(server.found(), truth(TARGETS))

    def test_files_of_results_are_delivered_too(self):
        for server, option in self.each():
            server.start()
            ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", "-oJ", "scan.json.gz")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            ended = self.run_to_end("--readscan", "scan.json.gz", *option)
            (self.work / "scan.json.gz").unlink()
            self.check_success(ended)
            self.assertEqual(server.found(), truth("10.0.0.0/20"))

    def test_both_at_once(self):
        redis, to_redis = self.redis()
        postgres, to_postgres = self.postgres()
        postgres.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *to_redis, *to_postgres)
        self.assertEqual(self.leftover(ended.stderr)[0], len(truth("10.0.0.0/20")))
        self.assertEqual(postgres.found(), truth("10.0.0.0/20"))
        self.assertEqual([path.suffix for path in self.work.iterdir()], [".redis"])


class OverTheWire(Sinks):
    """What a Redis server hears, byte by byte."""

    def test_is_masscans_but_for_one_login(self):
        listener = socket.create_server(("127.0.0.1", 6381))
        self.addCleanup(listener.close)
        heard = []
        thread = threading.Thread(target=self.answer, args=(listener, heard))
        thread.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", "--redis",
                                "127.0.0.1:6381", "--redis-pwd", "secret")
        thread.join()
        self.check_success(ended)
        self.assertEqual(heard[:2], [[b"AUTH", b"secret"], [b"PING"]])
        found = []
        for host, port, state in zip(*[iter(heard[2:])] * 3, strict=True):
            self.assertEqual(host[:2], [b"SADD", b"host"])
            address = host[2]
            self.assertEqual(port, [b"SADD", address, b"80/tcp"])
            self.assertEqual(state[:2], [b"SADD", address + b":80/tcp"])
            self.assertRegex(state[2], rb"^\d{10}:1:18:\d+$")
            found.append((address.decode(), "80"))
        self.assertEqual(sorted(found), truth("10.0.0.0/24"))

    @staticmethod
    def answer(listener, heard):
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                words = []
                for _ in range(int(line[1:])):
                    length = int(stream.readline()[1:])
                    words.append(stream.read(length + 2)[:-2])
                heard.append(words)
                reply = {b"AUTH": b"+OK", b"PING": b"+PONG"}.get(words[0], b":1")
                connection.sendall(reply + b"\r\n")


class Refusals(Sinks):
    def check_refused(self, sentence, *option):
        ended = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(sentence, ended.stderr)
        self.leftover(ended.stderr)

    def test_of_redis(self):
        server, option = self.redis("--requirepass", "secret")
        server.start()
        self.check_refused("NOAUTH Authentication required", *option)
        self.check_refused("WRONGPASS", *option, "--redis-pwd", "guess")
        found = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option, "--redis-pwd",
                                "secret")
        self.assertEqual(found.returncode, 0, found.stderr)

    def test_of_postgres(self):
        server, option = self.postgres()
        server.start()
        self.check_refused('database "none" does not exist', "--postgres",
                           server.url.replace("/postgres?", "/none?"))
        server.sql("CREATE SCHEMA masscan; CREATE TABLE masscan.version AS SELECT 99 AS version")
        self.check_refused("its tables are of version 99, and this program knows 2", *option)


class Tables(Sinks):
    def test_are_brought_up_to_date(self):
        server, option = self.postgres()
        server.start()
        self.check_success(self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option))
        index = "SELECT to_regclass('masscan.results_address')"
        self.assertNotEqual(server.sql(index), [""])
        server.sql("DROP INDEX masscan.results_address; UPDATE masscan.version SET version = 1")
        self.check_success(self.run_to_end(*SIM, "10.0.1.0/24", "--rate", "1000", *option))
        self.assertNotEqual(server.sql(index), [""])
        self.assertEqual(server.sql("SELECT version FROM masscan.version"), ["2"])
        self.assertEqual(server.found(), truth("10.0.0.0/23"))

    def test_tell_which_scan_it_was_and_what_was_found(self):
        server, option = self.postgres()
        server.start()
        began = int(time.time())
        self.check_success(self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *option))
        self.assertEqual(server.sql(
            "SELECT count(*), min(number), max(number) - count(*), min(protocol), min(state),"
            " min(reason), count(application), count(banner) FROM masscan.results"
            " JOIN masscan.scans USING (scan) WHERE program LIKE 'masscan %'"
            f" AND began >= to_timestamp({began}) AND time >= began"),
            [f"{len(truth('10.0.0.0/24'))}|0|-1|tcp|open|18|0|0"])

    def test_may_be_made_by_several_at_once(self):
        server, option = self.postgres()
        server.start()
        scanners = [self.start(*SIM, f"10.0.{i}.0/24", "--rate", "1000", *option, "--spool",
                               f"spool{i}", "--checkpoint", "none") for i in range(4)]
        for scanner in scanners:
            self.assertEqual(scanner.wait(timeout=60), 0, scanner.stderr.read())
        self.assertEqual(server.found(), truth("10.0.0.0/22"))

    def test_hold_a_result_once_however_often_it_is_delivered(self):
        server, option = self.postgres()
        ended = self.run_to_end(*SIM, "10.0.0.0/22", "--rate", "10000", *option)
        _, command = self.leftover(ended.stderr)
        spool = self.work / command[1]
        fresh = spool.read_bytes()
        server.start()
        command = [server.url if word == "URL" else word for word in command]
        for _ in range(3):  # as after a confirmation that never came
            spool.write_bytes(fresh)
            self.assertEqual(self.run_to_end(*command).returncode, 0)
            self.assertEqual(server.found(), truth("10.0.0.0/22"))


if __name__ == "__main__":
    servers.enter_namespace()
    unittest.main()
