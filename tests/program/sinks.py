"""Results on their way to Redis and PostgreSQL: servers that die, hang and refuse, a scanner that
is killed, and in the end every result is there once. What holds for both servers; their own files
say what they are like."""

import re
import shlex
import signal
import subprocess
import time

import output_test
import servers
from output_test import MASSCAN, Output

SIM = ("-e", "sim", "--sim-key", "9", "--seed", "7", "--wait", "1", "-p80")
# 32,768 probes in six seconds, 1,600 of which are answered.
TARGETS = "10.0.0.0/17"
SCAN = (*SIM, TARGETS, "--rate", "5000")


def truth(targets):
    return output_test.truth(targets, "80")


class Sinks(Output):
    def setUp(self):
        super().setUp()
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

    def start(self, *words):
        return super().start(*words, cwd=self.work)

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

    def leftover(self, errors, server):
        """How many results the last sentence says are waiting, and the words that send them."""
        told = re.search(r"masscan: (\d+) results are not delivered to .*; to send them: (.*)\n$",
                         errors)
        self.assertIsNotNone(told, errors)
        words = [server.url if word == "URL" else word for word in shlex.split(told[2])[1:]]
        return int(told[1]), words

    def send_leftover(self, errors, server):
        """As the last sentence says; how many results that were."""
        count, words = self.leftover(errors, server)
        ended = self.run_to_end(*words)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("everything in it is delivered", ended.stderr)
        return count

    def check_refused(self, server, sentence, *words):
        ended = self.run_to_end(*SIM, "10.0.0.0/24", "--rate", "1000", *words)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(sentence, ended.stderr)
        self.leftover(ended.stderr, server)


class Delivery(Sinks):
    """What holds for either of them; a derived class says which it is, as `server`."""

    def test_everything_is_there_once_when_the_scan_ends(self):
        server, option = self.server()
        server.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *option)
        self.check_success(ended)
        self.assertEqual(ended.stdout, "")
        self.assertNotIn("note", ended.stderr)
        self.assertEqual(server.found(), truth("10.0.0.0/20"))

    def test_a_server_may_die_and_come_back_in_the_middle(self):
        server, option = self.server()
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
        server, option = self.server()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", *option, "-oL", "list")
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stderr.count("results are kept in"), 1, ended.stderr)
        expected = truth("10.0.0.0/20")
        rows = [row.split() for row in (self.work / "list").read_text().splitlines()]
        self.assertEqual(sorted((row[3], row[2]) for row in rows if row[0] == "open"), expected)
        (self.work / "list").unlink()
        count, words = self.leftover(ended.stderr, server)
        self.assertEqual(count, len(expected))
        server.start()
        for _ in range(2):  # it does no harm to say it again
            self.send_leftover(ended.stderr, server)
            self.assertEqual(server.found(), expected)
        (self.work / words[1]).unlink()

    def server_with_tables(self):
        server, option = self.server()
        server.start()
        self.check_success(self.run_to_end(*SIM, "10.0.0.1", *option))
        return server, option

    def check_that_the_rest_arrives(self, errors, server):
        self.assertGreater(self.send_leftover(errors, server), 0)
        self.assertEqual(server.found(), truth("10.0.0.0/20"))

    def test_a_server_that_hangs_holds_up_nothing(self):
        server, option = self.server_with_tables()
        began = time.monotonic()
        with server.hanging():
            scanner, errors = self.start_and_wait_for_summary(option)
            self.assertLess(time.monotonic() - began, 6, "it does not go at its rate")
            errors += scanner.communicate(timeout=40)[1]
        self.assertEqual(scanner.returncode, 1)
        self.check_that_the_rest_arrives(errors, server)

    def test_an_interrupt_ends_the_waiting_for_a_server(self):
        server, option = self.server_with_tables()
        with server.hanging():
            scanner, errors = self.start_and_wait_for_summary(option)
            errors += self.interrupt(scanner)
        self.check_that_the_rest_arrives(errors, server)

    def test_an_interrupt_ends_the_waiting_with_results_of_a_file(self):
        server, option = self.server_with_tables()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", "-oB", "scan.bin")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        with server.hanging():
            reader = self.start("--readscan", "scan.bin", *option)
            # So few results come into the spool when all are read.
            servers.wait_until(lambda: any(spool.stat().st_size > 1000
                                           for spool in self.work.glob("masscan-*")), "a spool")
            errors = self.interrupt(reader)
        self.check_that_the_rest_arrives(errors, server)

    def interrupt(self, scanner):
        began = time.monotonic()
        scanner.send_signal(signal.SIGINT)
        errors = scanner.communicate(timeout=40)[1]
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(scanner.returncode, 1)
        self.assertIn(": interrupted; they are kept in masscan-", errors)
        return errors

    def start_and_wait_for_summary(self, option):
        """A scan of a second, when it is over; and what it has said by then."""
        scanner = self.start(*SIM, "10.0.0.0/20", "--rate", "4096", *option)
        errors = ""
        for line in scanner.stderr:
            errors += line
            if "Sent 4096 probes" in line:
                break
        return scanner, errors

    def test_a_killed_scan_goes_on_and_delivers_everything_once(self):
        server, option = self.server()
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
        server, option = self.server()
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
        server, option = self.server()
        server.start()
        ended = self.run_to_end(*SIM, "10.0.0.0/20", "--rate", "20000", "-oJ", "scan.json.gz")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        ended = self.run_to_end("--readscan", "scan.json.gz", *option)
        (self.work / "scan.json.gz").unlink()
        self.check_success(ended)
        self.assertEqual(server.found(), truth("10.0.0.0/20"))
