"""Interrupts while something blocks: a pipe or FIFO that nobody reads or writes, a disk that does
not answer. The first begins an end in order; where that cannot come to its end, the second one ends
the process within a second. Files of results stay valid, and a resumed scan finds the exact truth.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

import faults
from faults import MASSCAN

TARGETS = "10.0.0.0/15"
SIM = ["-e", "sim", "--sim-key", "9", "--seed", "7", "--sim-open", "1", "-p80", "--wait", "0.3"]
# The first checkpoint is there before a pipe is full; a pipe takes 1,900 results.
SLOWLY = ["--rate", "800"]
WITHIN = 3  # seconds: the process has one of them; so much for a machine that is busy


def truth(targets=TARGETS):
    return faults.open_hosts(targets, 1000000)


def listed(text):
    """The addresses of a list's complete lines."""
    return re.findall(r"^open tcp 80 (\S+) \d+\n", text, re.MULTILINE)


def frames_in(capture):
    """How many frames a capture has, if it ends with a whole one."""
    at, frames = 24, 0
    while at < len(capture):
        at += 16 + int.from_bytes(capture[at + 8:at + 12], "little")
        frames += 1
    assert at == len(capture)
    return frames


class Workshop(faults.Programs):
    def start(self, *words, **options):
        """Standard output is a pipe that nobody reads."""
        return super().start(*words, **{"stdout": subprocess.PIPE, **options})

    def continue_scan(self, *words, **options):
        """With a scan that left a checkpoint."""
        self.check_run(self.run_program("--resume", "paused.conf", "--rate", "200000", *words,
                                        **options), 0, is_fast=True)

    def finish_at_once(self, program, code):
        """What a program says that has been told to end at once."""
        return self.finish(program, code, WITHIN).errors

    def control(self, *words):
        """The scan's answer, within the time that it may take for it."""
        answer = subprocess.run([MASSCAN, "--control", "control", *words], cwd=self.folder,
                                capture_output=True, text=True, timeout=WITHIN, check=False)
        return json.loads(answer.stdout) if answer.stdout else {}

    def sent(self):
        return self.control("status").get("counters", {}).get("probes_sent", 0)

    def wait_until_held_up(self, process, least=10000):
        """There is a checkpoint, and nothing is asked any more."""
        self.wait_until((self.folder / "paused.conf").exists, "a checkpoint", process)
        self.assertTrue(self.control("rate", "100000")["ok"])

        def is_still():
            before = self.sent()
            time.sleep(0.3)
            return before == self.sent() > least

        self.wait_until(is_still, "a scan that waits", process)

    def wait_until_it_waits(self, process):
        """It sleeps whenever we look."""
        status = pathlib.Path(f"/proc/{process.pid}/status")

        def is_asleep():
            for _ in range(10):
                if "State:\tS" not in status.read_text(encoding="utf-8"):
                    return False
                time.sleep(0.02)
            return True

        self.wait_until(is_asleep, "a program that waits", process)

    def assert_continues_without_excluded(self, scan):
        """The scan still sends, ends at an interrupt, and has found nothing in 10.0.0.0/24."""
        sent = self.sent()
        self.wait_until(lambda: self.sent() > sent + 100, "a scan that goes on", scan)
        scan.interrupt()
        errors = self.finish_at_once(scan, 0)
        self.assertIn("to continue: masscan --resume paused.conf", errors)
        found = listed(self.read("scan.list"))
        self.assertGreater(len(found), 100)
        self.assertEqual([at for at in found if at.startswith("10.0.0.")], [])


class Scans(Workshop):
    def test_a_pipe_that_nobody_reads_holds_up_the_scan_and_nothing_else(self):
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "-", "--control", "control")
        self.wait_until_held_up(scan)
        self.assertTrue(self.control("pause")["paused"])
        self.assertFalse(self.control("resume")["paused"])
        scan.interrupt()
        self.wait_until(lambda: self.control("status")["stopping"], "that it stops", scan)
        scan.interrupt()
        errors = self.finish_at_once(scan, 1)
        # The second one if it has not ended by itself in 0.7 s, as on a busy machine.
        self.assertRegex(errors, "cannot write results to standard output: interrupted while "
                         "nobody read it|ended by a second interrupt; what was written until now")
        self.assertIn("to continue: masscan --resume paused.conf", errors)
        first = listed(scan.stdout.read())
        self.assertGreater(len(first), 100)
        with open(self.folder / "rest", "wb") as rest:
            self.continue_scan(stdout=rest)
        self.assertEqual(sorted({*first, *listed(self.read("rest"))}), truth())

    def test_a_reader_that_comes_back_gets_everything(self):
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "-", "--control", "control",
                          "--output-also", "ndjson:scan.ndjson")
        self.wait_until_held_up(scan)
        scan.interrupt()
        self.wait_until(lambda: self.control("status")["stopping"], "that it stops", scan)
        sent = self.sent()
        read = scan.stdout.read()
        self.finish(scan, 0, WITHIN)
        self.assertEqual(len(listed(read)), sent)
        self.assertTrue(read.endswith("# end\n"))
        self.continue_scan()
        rows = self.read("scan.ndjson").splitlines()
        self.assertEqual(sorted(json.loads(row)["ip"] for row in rows), truth())

    def test_a_fifo_that_nobody_reads_is_not_waited_for_after_an_interrupt(self):
        os.mkfifo(self.folder / "fifo")
        scan = self.start(*SIM, TARGETS, "-oX", "new", "--output-also", "list:fifo")
        self.wait_until((self.folder / "new").exists, "the first output", scan)
        self.wait_until_it_waits(scan)
        scan.interrupt()
        errors = self.finish_at_once(scan, 1)
        self.assertIn("cannot open fifo for the results: interrupted while nobody read it", errors)
        self.assertFalse((self.folder / "new").exists(), "it was made for nothing")

    def test_a_fifo_gets_everything_when_its_reader_comes(self):
        os.mkfifo(self.folder / "fifo")
        scan = self.start(*SIM, "10.0.0.0/20", "--rate", "20000", "-oL", "fifo")
        found = listed(self.read("fifo"))
        self.finish(scan, 0, WITHIN)
        self.assertEqual(sorted(found), truth("10.0.0.0/20"))

    @unittest.skipUnless(shutil.which("strace"), "there is no strace")
    def test_a_disk_that_does_not_answer_holds_up_nobody_after_the_second(self):
        tracer = ["strace", "-f", "-qq", "-o", self.folder / "trace", "-e", "trace=fdatasync", "-e",
                  "inject=fdatasync:delay_enter=60000000:when=3+"]
        scan = self.start(*SIM, "--rate", "20000", TARGETS, "-oJ", "scan.json", "--control",
                          "control", tracer=tracer)
        self.wait_until((self.folder / "paused.conf").exists, "a checkpoint", scan)
        children = pathlib.Path(f"/proc/{scan.pid}/task/{scan.pid}/children").read_text()
        pid = int(children.split()[0])
        self.wait_until(lambda: self.read("trace").count("fdatasync") > 2 and
                        self.sent() > 30000, "the call", scan)
        os.kill(pid, signal.SIGINT)
        self.wait_until(lambda: "Sent " in scan.errors(), "the summary", scan)
        os.kill(pid, signal.SIGINT)
        began = time.monotonic()
        # The tracer does not notice, but sleeps on.
        stat = pathlib.Path(f"/proc/{pid}/stat")
        self.wait_until(lambda: ") Z " in stat.read_text(), "the end", scan)
        self.assertLess(time.monotonic() - began, WITHIN)
        self.assertEqual(stat.read_text().split()[-1], str(1 << 8))
        scan.kill()
        self.assertIn("masscan: ended by a second interrupt; what was written until now is kept; "
                      "to continue: masscan --resume paused.conf\n", scan.errors())
        faults.count("said")
        self.assertGreater(len(json.loads(self.read("scan.json"))), 1000)
        self.continue_scan()
        rows = json.loads(self.read("scan.json"))
        self.assertEqual(sorted(row["ip"] for row in rows), truth())


class Captures(Workshop):
    """Into a FIFO that somebody has opened and does not read."""

    def interrupt(self, scan):
        scan.interrupt()
        errors = self.finish_at_once(scan, 1)
        self.assertIn("cannot write captured packets to fifo: interrupted while nobody read it; "
                      "the rest of them is missing", errors)
        return errors

    def open_fifo(self):
        os.mkfifo(self.folder / "fifo")
        reader = os.open(self.folder / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        return reader

    def test_of_answers_hold_up_the_scan_until_an_interrupt(self):
        self.open_fifo()
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "scan.list", "--pcap", "fifo",
                          "--control", "control")
        self.wait_until_held_up(scan, 500)
        self.assertTrue(self.control("pause")["paused"])
        self.assertFalse(self.control("resume")["paused"])
        self.assertIn("to continue: masscan --resume paused.conf", self.interrupt(scan))
        first = listed(self.read("scan.list"))
        self.assertGreater(len(first), 100)
        self.continue_scan("--pcap", "rest")
        self.assertEqual(sorted(set(listed(self.read("scan.list")))), truth())

    def test_of_a_dry_run(self):
        self.open_fifo()
        scan = self.start("--offline", "--rate", "100000", TARGETS, "-p80", "--pcap", "fifo")
        self.wait_until_it_waits(scan)
        self.interrupt(scan)

    def test_whose_reader_is_slow_are_complete_after_an_interrupt(self):
        reader = self.open_fifo()
        os.set_blocking(reader, True)
        scan = self.start(*SIM, "--rate", "20000", TARGETS, "-oL", "scan.list", "--pcap", "fifo",
                          "--control", "control")
        captured = os.read(reader, 1 << 20)
        self.wait_until((self.folder / "paused.conf").exists, "a checkpoint", scan)
        scan.interrupt()
        while piece := os.read(reader, 1 << 16):
            captured += piece
            time.sleep(0.01)
        self.finish(scan, 0, WITHIN)
        self.assertGreater(frames_in(captured), 1000)


class ExcludeFiles(Workshop):
    def test_one_that_has_become_a_fifo_holds_up_nobody(self):
        excludes = self.folder / "excludes"
        excludes.write_text("10.0.0.0/24\n")
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "scan.list", "--control", "control",
                          "--excludefile", "excludes")
        self.wait_until((self.folder / "control").exists, "a socket", scan)
        excludes.unlink()
        os.mkfifo(excludes)
        answer = self.control("reload")
        self.assertFalse(answer["ok"])
        self.assertIn("excludes is no regular file, and nobody may ever write what it waits for; "
                      "the excludes stay as they were", answer["error"])
        os.kill(scan.pid, signal.SIGHUP)
        self.wait_until(lambda: "excludes stay as they were" in scan.errors(), "a word", scan)
        self.assert_continues_without_excluded(scan)


@unittest.skipUnless(shutil.which("unshare"), "there is no unshare")
class Servers(Workshop):
    # In namespaces of its own, with a name server that takes every question and answers none.
    ALONE = ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "--net", "--mount", sys.executable,
             "-B", "-c", """
import os, socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", "resolv.conf", "/etc/resolv.conf"], check=True)
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("127.0.0.1", 53))
names.set_inheritable(True)
os.execv(sys.argv[1], sys.argv[1:])
"""]

    def start_alone(self, *words):
        (self.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n"
                                                 "options timeout:30 attempts:5\n")
        return self.start(*words, tracer=self.ALONE)

    def start_delivery(self, *words):
        return self.start_alone(*words, "--postgres", "postgresql://a@db.example/x")

    def test_a_reload_that_asks_it_holds_up_neither_controls_nor_the_end(self):
        excludes = self.folder / "excludes"
        excludes.write_text("10.0.0.0/24\n")
        scan = self.start_alone(*SIM, *SLOWLY, TARGETS, "-oL", "scan.list", "--control", "control",
                                "--excludefile", "excludes")
        self.wait_until((self.folder / "control").exists, "a socket", scan)
        excludes.write_text("10.0.0.0/24\nhost.example\n")
        answer = self.control("reload")
        self.assertEqual((answer["ok"], answer["error"]), (False, "a reload is under way; until "
                         "standard error tells of its end, the excludes stay as they were"))
        self.assertTrue(self.control("status")["reloading"])
        began = time.monotonic()
        self.assertEqual(self.control("reload"), answer)
        self.assertTrue(self.control("rate", "900")["ok"])
        self.assertLess(time.monotonic() - began, 0.5)
        self.assert_continues_without_excluded(scan)

    def test_a_name_server_that_does_not_answer_is_not_waited_for_after_an_interrupt(self):
        scan = self.start_delivery(*SIM, "--rate", "20000", "10.0.0.0/24", "--spool", "spool")
        self.wait_until(lambda: "Sent " in scan.errors(), "the summary", scan)
        scan.interrupt()
        errors = self.finish_at_once(scan, 1)
        self.assertRegex(errors, r"\d+ results are not delivered to postgres: interrupted; they "
                                 r"are kept in spool\.postgres; to send them: masscan --deliver")
        self.assert_kept()
        delivery = self.start_delivery("--deliver", "spool.postgres")
        comm = pathlib.Path(f"/proc/{delivery.pid}/comm")
        name = os.path.basename(MASSCAN)[:15] + "\n"
        self.wait_until(lambda: comm.read_text() == name, "the program", delivery)
        self.wait_until_it_waits(delivery)
        delivery.interrupt()
        errors = self.finish_at_once(delivery, 1)
        self.assertIn("results are not delivered to postgres: interrupted; they are kept", errors)
        self.assert_kept()

    def test_the_scan_that_is_interrupted_does_not_wait_for_it(self):
        scan = self.start_delivery(*SIM, *SLOWLY, TARGETS, "--spool", "spool", "--control",
                                   "control")
        self.wait_until((self.folder / "paused.conf").exists, "a checkpoint", scan)
        scan.interrupt()
        errors = self.finish_at_once(scan, 1)
        self.assertRegex(errors, r"\d+ results are not delivered to postgres: there was no more "
                                 r"time; they are kept in spool\.postgres")
        self.assertIn("to continue: masscan --resume paused.conf", errors)
        kept = self.kept()
        self.assertGreater(len(kept), 100)
        self.assertLessEqual(set(kept), set(truth()))

    def assert_kept(self):
        self.assertEqual(self.kept(), truth("10.0.0.0/24"))

    def kept(self):
        """What the spool holds."""
        self.check_run(self.run_program("--readscan", "spool.postgres", "-oL", "kept"), 0)
        return sorted(listed(self.read("kept")))


class Conversions(Workshop):
    ROW = "open tcp 80 10.0.0.{} 1700000000\n"

    def interrupt(self, reader):
        reader.interrupt()
        errors = self.finish_at_once(reader, 1)
        self.assertIn("interrupted", errors)
        return errors

    def test_standard_input_without_end(self):
        reader = self.start("--readscan", "-", "-oJ", "out.json", stdin=subprocess.PIPE)
        reader.stdin.write("#masscan\n" + "".join(self.ROW.format(i % 250) for i in range(20000)))
        reader.stdin.flush()
        self.wait_until((self.folder / "out.json").exists, "an output", reader)
        self.assertIn("what was read until then is converted", self.interrupt(reader))
        self.assertGreater(len(json.loads(self.read("out.json"))), 1000)

    def test_a_fifo_that_nobody_writes(self):
        os.mkfifo(self.folder / "fifo")
        reader = self.start("--readscan", "fifo", "-oL", "out.list")
        self.wait_until_it_waits(reader)
        self.interrupt(reader)

    def test_a_comparison(self):
        os.mkfifo(self.folder / "fifo")
        (self.folder / "old.list").write_text("#masscan\n" + self.ROW.format(1) + "# end\n")
        (self.folder / "diff.ndjson").write_text("of yesterday\n")
        for words in (("fifo", "old.list", "-oD", "diff.ndjson"), ("old.list", "fifo")):
            reader = self.start("--diff", *words)
            self.wait_until_it_waits(reader)
            self.interrupt(reader)
            self.assertEqual(reader.stdout.read(), "")
        self.assertEqual(self.read("diff.ndjson"), "of yesterday\n")
        (self.folder / "new.list").write_text("#masscan\n" + self.ROW.format(2) + "# end\n")
        reader = self.start("--diff", "old.list", "new.list", "-oD", "fifo")
        self.wait_until_it_waits(reader)
        self.interrupt(reader)

    def test_a_pipe_that_nobody_reads(self):
        rows = "".join(self.ROW.format(i % 250) for i in range(20000))
        (self.folder / "in.list").write_text("#masscan\n" + rows + "# end\n")
        reader = self.start("--readscan", "in.list", "-oL", "-")
        self.wait_until_it_waits(reader)
        self.interrupt(reader)
        self.assertIn(reader.stdout.read()[:60000], "#masscan\n" + rows)


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
