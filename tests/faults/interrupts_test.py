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
import tempfile
import time
import unittest

from faults import open_hosts

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
TARGETS = "10.0.0.0/15"
SIM = ["-e", "sim", "--sim-key", "9", "--seed", "7", "--sim-open", "1", "-p80", "--wait", "0.3"]
# The first checkpoint is there before a pipe is full; a pipe takes 1,900 results.
SLOWLY = ["--rate", "800"]
WITHIN = 3  # seconds: the process has one of them; so much for a machine that is busy


def truth(targets=TARGETS):
    return open_hosts(targets, 1000000)


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


class Workshop(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="interrupts-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def start(self, *words, tracer=(), **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **options}
        with open(self.folder / "errors", "wb") as errors:
            process = subprocess.Popen([*tracer, MASSCAN, *map(str, words)], cwd=self.folder,
                                       text=True, stderr=errors, process_group=0, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout)):
            stream.close()

    def run_to_end(self, *words):
        return subprocess.run([MASSCAN, *map(str, words)], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False)

    def errors(self):
        return (self.folder / "errors").read_text(encoding="utf-8")

    def wait_until(self, is_true, process, what):
        deadline = time.monotonic() + 20
        while not is_true():
            self.assertIsNone(process.poll(), what)
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    def control(self, *words):
        """The scan's answer, within the time that it may take for it."""
        answer = subprocess.run([MASSCAN, "--control", "control", *words], cwd=self.folder,
                                capture_output=True, text=True, timeout=WITHIN, check=False)
        return json.loads(answer.stdout) if answer.stdout else {}

    def sent(self):
        return self.control("status").get("counters", {}).get("probes_sent", 0)

    def wait_until_held_up(self, process, least=10000):
        """There is a checkpoint, and nothing is asked any more."""
        self.wait_until((self.folder / "paused.conf").exists, process, "a checkpoint")
        self.assertTrue(self.control("rate", "100000")["ok"])

        def is_still():
            before = self.sent()
            time.sleep(0.3)
            return before == self.sent() > least

        self.wait_until(is_still, process, "a scan that waits")

    def wait_until_it_waits(self, process):
        """It sleeps whenever we look."""
        status = pathlib.Path(f"/proc/{process.pid}/status")

        def is_asleep():
            for _ in range(10):
                if "State:\tS" not in status.read_text(encoding="utf-8"):
                    return False
                time.sleep(0.02)
            return True

        self.wait_until(is_asleep, process, "a program that waits")

    def wait_for_end(self, process):
        """Exit code and words of a process that has been told to end at once."""
        began = time.monotonic()
        try:
            code = process.wait(WITHIN)
        except subprocess.TimeoutExpired:
            self.fail("it does not end")
        self.assertLess(time.monotonic() - began, WITHIN)
        return code, self.errors()


class Scans(Workshop):
    def test_a_pipe_that_nobody_reads_holds_up_the_scan_and_nothing_else(self):
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "-", "--control", "control")
        self.wait_until_held_up(scan)
        self.assertTrue(self.control("pause")["paused"])
        self.assertFalse(self.control("resume")["paused"])
        scan.send_signal(signal.SIGINT)
        self.wait_until(lambda: self.control("status")["stopping"], scan, "that it stops")
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 1, errors)
        self.assertIn("cannot write results to standard output: interrupted while nobody read it",
                      errors)
        self.assertIn("to go on: masscan --resume paused.conf", errors)
        first = listed(scan.stdout.read())
        self.assertGreater(len(first), 100)
        ended = self.run_to_end("--resume", "paused.conf", "--rate", "200000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(sorted({*first, *listed(ended.stdout)}), truth())

    def test_a_reader_that_comes_back_gets_everything(self):
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "-", "--control", "control",
                          "--output-also", "ndjson:scan.ndjson")
        self.wait_until_held_up(scan)
        scan.send_signal(signal.SIGINT)
        self.wait_until(lambda: self.control("status")["stopping"], scan, "that it stops")
        sent = self.sent()
        read = scan.communicate(timeout=20)[0]
        self.assertEqual(scan.returncode, 0, self.errors())
        self.assertEqual(len(listed(read)), sent)
        self.assertTrue(read.endswith("# end\n"))
        ended = self.run_to_end("--resume", "paused.conf", "--rate", "200000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = (self.folder / "scan.ndjson").read_text().splitlines()
        self.assertEqual(sorted(json.loads(row)["ip"] for row in rows), truth())

    def test_a_fifo_that_nobody_reads_is_not_waited_for_after_an_interrupt(self):
        os.mkfifo(self.folder / "fifo")
        scan = self.start(*SIM, TARGETS, "-oX", "new", "--output-also", "list:fifo")
        self.wait_until((self.folder / "new").exists, scan, "the first output")
        self.wait_until_it_waits(scan)
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 1, errors)
        self.assertIn("cannot open fifo for the results: interrupted while nobody read it", errors)
        self.assertFalse((self.folder / "new").exists(), "it was made for nothing")

    def test_a_fifo_gets_everything_when_its_reader_comes(self):
        os.mkfifo(self.folder / "fifo")
        scan = self.start(*SIM, "10.0.0.0/20", "--rate", "20000", "-oL", "fifo")
        found = listed((self.folder / "fifo").read_text())
        self.assertEqual(scan.wait(20), 0)
        self.assertEqual(sorted(found), truth("10.0.0.0/20"))

    @unittest.skipUnless(shutil.which("strace"), "there is no strace")
    def test_a_disk_that_does_not_answer_holds_up_nobody_after_the_second(self):
        tracer = ["strace", "-f", "-qq", "-o", self.folder / "trace", "-e", "trace=fdatasync", "-e",
                  "inject=fdatasync:delay_enter=60000000:when=3+"]
        scan = self.start(*SIM, "--rate", "20000", TARGETS, "-oJ", "scan.json", "--control",
                          "control", tracer=tracer)
        self.wait_until((self.folder / "paused.conf").exists, scan, "a checkpoint")
        children = pathlib.Path(f"/proc/{scan.pid}/task/{scan.pid}/children").read_text()
        pid = int(children.split()[0])
        self.wait_until(lambda: (self.folder / "trace").read_text().count("fdatasync") > 2 and
                        self.sent() > 30000, scan, "the call")
        os.kill(pid, signal.SIGINT)
        self.wait_until(lambda: "Sent " in self.errors(), scan, "the summary")
        os.kill(pid, signal.SIGINT)
        began = time.monotonic()
        # The tracer does not notice, but sleeps on.
        stat = pathlib.Path(f"/proc/{pid}/stat")
        self.wait_until(lambda: ") Z " in stat.read_text(), scan, "the end")
        self.assertLess(time.monotonic() - began, WITHIN)
        self.assertEqual(stat.read_text().split()[-1], str(1 << 8))
        self.end(scan)
        errors = self.errors()
        self.assertIn("masscan: ended by a second interrupt; what was written until now is kept; "
                      "to go on: masscan --resume paused.conf\n", errors)
        self.assertGreater(len(json.loads((self.folder / "scan.json").read_text())), 1000)
        ended = self.run_to_end("--resume", "paused.conf", "--rate", "200000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = json.loads((self.folder / "scan.json").read_text())
        self.assertEqual(sorted(row["ip"] for row in rows), truth())


class Captures(Workshop):
    """Into a FIFO that somebody has opened and does not read."""

    def interrupt(self, scan):
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 1, errors)
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
        self.assertIn("to go on: masscan --resume paused.conf", self.interrupt(scan))
        first = listed((self.folder / "scan.list").read_text())
        self.assertGreater(len(first), 100)
        ended = self.run_to_end("--resume", "paused.conf", "--rate", "200000", "--pcap", "rest")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(sorted(set(listed((self.folder / "scan.list").read_text()))), truth())

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
        self.wait_until((self.folder / "paused.conf").exists, scan, "a checkpoint")
        scan.send_signal(signal.SIGINT)
        while piece := os.read(reader, 1 << 16):
            captured += piece
            time.sleep(0.01)
        self.assertEqual(scan.wait(WITHIN), 0, self.errors())
        self.assertGreater(frames_in(captured), 1000)


class ExcludeFiles(Workshop):
    def test_one_that_has_become_a_fifo_holds_up_nobody(self):
        excludes = self.folder / "excludes"
        excludes.write_text("10.0.0.0/24\n")
        scan = self.start(*SIM, *SLOWLY, TARGETS, "-oL", "scan.list", "--control", "control",
                          "--excludefile", "excludes")
        self.wait_until((self.folder / "control").exists, scan, "a socket")
        excludes.unlink()
        os.mkfifo(excludes)
        answer = self.control("reload")
        self.assertFalse(answer["ok"])
        self.assertIn("excludes is no regular file, and nobody may ever write what it waits for; "
                      "the excludes stay as they were", answer["error"])
        scan.send_signal(signal.SIGHUP)
        self.wait_until(lambda: "excludes stay as they were" in self.errors(), scan, "a word")
        sent = self.sent()
        self.wait_until(lambda: self.sent() > sent + 100, scan, "a scan that goes on")
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 0, errors)
        self.assertIn("to go on: masscan --resume paused.conf", errors)
        found = listed((self.folder / "scan.list").read_text())
        self.assertGreater(len(found), 100)
        self.assertEqual([at for at in found if at.startswith("10.0.0.")], [])


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
        self.wait_until((self.folder / "control").exists, scan, "a socket")
        excludes.write_text("10.0.0.0/24\nhost.example\n")
        answer = self.control("reload")
        self.assertEqual((answer["ok"], answer["error"]), (False, "a reload is under way; until "
                         "standard error tells of its end, the excludes stay as they were"))
        self.assertTrue(self.control("status")["reloading"])
        began = time.monotonic()
        self.assertEqual(self.control("reload"), answer)
        self.assertTrue(self.control("rate", "900")["ok"])
        self.assertLess(time.monotonic() - began, 0.5)
        sent = self.sent()
        self.wait_until(lambda: self.sent() > sent + 100, scan, "a scan that goes on")
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 0, errors)
        self.assertIn("to go on: masscan --resume paused.conf", errors)
        found = listed((self.folder / "scan.list").read_text())
        self.assertGreater(len(found), 100)
        self.assertEqual([at for at in found if at.startswith("10.0.0.")], [])

    def test_a_name_server_that_does_not_answer_is_not_waited_for_after_an_interrupt(self):
        scan = self.start_delivery(*SIM, "--rate", "20000", "10.0.0.0/24", "--spool", "spool")
        self.wait_until(lambda: "Sent " in self.errors(), scan, "the summary")
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 1, errors)
        self.assertRegex(errors, r"\d+ results are not delivered to postgres: interrupted; they "
                                 r"are kept in spool\.postgres; to send them: masscan --deliver")
        self.assert_kept()
        delivery = self.start_delivery("--deliver", "spool.postgres")
        comm = pathlib.Path(f"/proc/{delivery.pid}/comm")
        name = os.path.basename(MASSCAN)[:15] + "\n"
        self.wait_until(lambda: comm.read_text() == name, delivery, "the program")
        self.wait_until_it_waits(delivery)
        delivery.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(delivery)
        self.assertEqual(code, 1, errors)
        self.assertIn("results are not delivered to postgres: interrupted; they are kept", errors)
        self.assert_kept()

    def test_the_scan_that_is_interrupted_does_not_wait_for_it(self):
        scan = self.start_delivery(*SIM, *SLOWLY, TARGETS, "--spool", "spool", "--control",
                                   "control")
        self.wait_until((self.folder / "paused.conf").exists, scan, "a checkpoint")
        scan.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(scan)
        self.assertEqual(code, 1, errors)
        self.assertRegex(errors, r"\d+ results are not delivered to postgres: there was no more "
                                 r"time; they are kept in spool\.postgres")
        self.assertIn("to go on: masscan --resume paused.conf", errors)
        kept = self.run_to_end("--readscan", "spool.postgres", "-oL", "-")
        self.assertGreater(len(listed(kept.stdout)), 100)
        self.assertLessEqual(set(listed(kept.stdout)), set(truth()))

    def assert_kept(self):
        kept = self.run_to_end("--readscan", "spool.postgres", "-oL", "-")
        self.assertEqual(sorted(listed(kept.stdout)), truth("10.0.0.0/24"))


class Conversions(Workshop):
    ROW = "open tcp 80 10.0.0.{} 1700000000\n"

    def interrupt(self, reader):
        reader.send_signal(signal.SIGINT)
        code, errors = self.wait_for_end(reader)
        self.assertEqual(code, 1, errors)
        self.assertIn("interrupted", errors)
        return errors

    def test_standard_input_without_end(self):
        reader = self.start("--readscan", "-", "-oJ", "out.json", stdin=subprocess.PIPE)
        reader.stdin.write("#masscan\n" + "".join(self.ROW.format(i % 250) for i in range(20000)))
        reader.stdin.flush()
        self.wait_until((self.folder / "out.json").exists, reader, "an output")
        self.assertIn("what was read until then is converted", self.interrupt(reader))
        self.assertGreater(len(json.loads((self.folder / "out.json").read_text())), 1000)

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
        self.assertEqual((self.folder / "diff.ndjson").read_text(), "of yesterday\n")
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


if __name__ == "__main__":
    unittest.main()
