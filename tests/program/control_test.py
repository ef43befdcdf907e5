"""A scan that is spoken to while it runs: by its control socket and by signals.

Whether it obeys to the probe is what src/scan/control_loop_test.cc holds it to, on simulated time.
"""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest

MASSCAN = os.environ["MASSCAN"]
# Each starts a process, so a scan that sends makes a difference long before the last one.
LOOKS = 20


class Scan:
    """A scan of ten minutes on the simulated internet, with a socket and an exclude file."""

    def __init__(self, folder, targets=("10.0.0.0/14",)):
        self.socket = os.path.join(folder, "socket")
        self.excludes = os.path.join(folder, "excludes")
        self.errors = os.path.join(folder, "errors")
        with open(self.excludes, "w", encoding="ascii") as file:
            file.write("192.0.2.0/24\n")
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [MASSCAN, "-e", "sim", *targets, "-p80", "--rate", "400", "--control",
                 self.socket, "--excludefile", self.excludes, "-oL", os.devnull],
                stdout=subprocess.DEVNULL, stderr=errors, cwd=folder)
        self.wait_for(lambda: os.path.exists(self.socket))
        self.wait_for(lambda: self.sent() > 0)

    def ask(self, *words):
        ended = subprocess.run([MASSCAN, "--control", self.socket, *words], capture_output=True,
                               text=True, timeout=10)
        return ended.returncode, ended.stdout, ended.stderr

    def do(self, *words):
        code, answer, errors = self.ask(*words)
        assert code == 0, answer + errors
        return json.loads(answer)

    def counters(self):
        return self.do("status")["counters"]

    def sent(self):
        return self.counters()["probes_sent"]

    def wait_for_probes(self, more=1):
        least = self.sent() + more
        self.wait_for(lambda: self.sent() >= least)

    def wait_for_excludes(self, more=1):
        least = self.counters()["excluded"] + more
        self.wait_for(lambda: self.counters()["excluded"] >= least)

    def said(self):
        with open(self.errors, encoding="utf-8") as errors:
            return errors.read()

    def wait_for(self, is_true, seconds=15.0):
        deadline = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < deadline and self.process.poll() is None, self.said()
            time.sleep(0.02)

    def end(self):
        self.process.kill()
        self.process.wait()


class Control(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.scan = Scan(folder)
        self.addCleanup(self.scan.end)

    def wait_for_pause(self):
        self.scan.wait_for(lambda: len({self.scan.sent() for _ in range(LOOKS)}) == 1)

    @staticmethod
    def assert_asks_nobody(scan):
        """All that is left is excluded: targets go by, and none is asked."""
        scan.wait_for_excludes()
        sent = scan.sent()
        scan.wait_for_excludes(100)
        assert scan.sent() == sent

    def test_pauses_and_goes_on(self):
        self.assertEqual(self.scan.do("pause"), {"ok": True, "paused": True})
        self.wait_for_pause()
        self.assertTrue(self.scan.do("status")["paused"])
        self.assertEqual(self.scan.do("resume"), {"ok": True, "paused": False})
        self.scan.wait_for_probes()

    def test_takes_another_rate_at_once(self):
        self.assertEqual(self.scan.do("rate", "40000"), {"ok": True, "rate_limit_pps": 40000})
        self.scan.wait_for_probes(8000)  # at the old rate they would take twenty seconds

    def test_pauses_and_goes_on_by_signal(self):
        self.scan.process.send_signal(signal.SIGUSR2)
        self.wait_for_pause()
        self.scan.process.send_signal(signal.SIGUSR2)
        self.scan.wait_for_probes()

    def test_tells_its_status_by_signal(self):
        self.scan.process.send_signal(signal.SIGUSR1)
        self.scan.wait_for(lambda: "answers in" in self.scan.said())
        self.assertIn("% done", self.scan.said())

    def exclude_everything(self):
        with open(self.scan.excludes, "a", encoding="ascii") as file:
            file.write("10.0.0.0/8\n")

    def test_reads_excludes_again(self):
        self.exclude_everything()
        self.assertEqual(self.scan.do("reload"), {"ok": True, "excluded_ranges": 2})
        self.assert_asks_nobody(self.scan)

    def test_what_is_excluded_again_is_so_in_its_ipv6_forms(self):
        for targets in ("::ffff:10.0.0.0/110", "64:ff9b::10.0.0.0/110", "2002:a00::/110"):
            with self.subTest(targets), tempfile.TemporaryDirectory() as folder:
                scan = Scan(folder, (targets,))
                try:
                    with open(scan.excludes, "a", encoding="ascii") as file:
                        file.write("10.0.0.0/8\n")
                    scan.do("reload")
                    self.assert_asks_nobody(scan)
                finally:
                    scan.end()

    def test_reads_excludes_again_by_signal(self):
        self.exclude_everything()
        self.scan.process.send_signal(signal.SIGHUP)
        self.assert_asks_nobody(self.scan)

    def test_keeps_its_excludes_where_the_file_makes_no_sense(self):
        with open(self.scan.excludes, "a", encoding="ascii") as file:
            file.write("10.0.0.0/99\n")
        code, answer, _ = self.scan.ask("reload")
        self.assertEqual(code, 1)
        self.assertIn("excludes:2", json.loads(answer)["error"])
        self.scan.wait_for_probes()

    def test_stops(self):
        self.assertEqual(self.scan.do("stop"), {"ok": True, "stopping": True})
        self.assertEqual(self.scan.process.wait(10), 0)
        self.assertFalse(os.path.exists(self.scan.socket))

    def test_stops_while_it_pauses(self):
        self.scan.do("pause")
        self.scan.process.send_signal(signal.SIGINT)
        self.assertEqual(self.scan.process.wait(10), 0)

    def test_explains_what_it_does_not_understand(self):
        for words in (("halt",), ("rate", "fast"), ("pause", "5")):
            code, _, errors = self.scan.ask(*words)
            self.assertEqual(code, 2, words)
            self.assertIn("--control", errors)
        self.assertIsNone(self.scan.process.poll())

    def test_is_not_impressed_by_bad_clients(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.scan.socket).st_mode), 0o600)
        with contextlib.ExitStack() as stack:
            for number in range(40):
                client = stack.enter_context(socket.socket(socket.AF_UNIX))
                client.connect(self.scan.socket)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    client.sendall(b"x" * 5000 if number % 2 else b"stat")
            self.scan.wait_for_probes()

    def test_answers_with_json_on_the_socket(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.scan.socket)
            client.sendall(b'rate 500\nstatus\n{"do":"status"}\n')
            with client.makefile() as lines:
                self.assertEqual(json.loads(lines.readline())["rate_limit_pps"], 500)
                self.assertEqual(json.loads(lines.readline())["status"]["state"], "running")
                refusal = json.loads(lines.readline())
                self.assertFalse(refusal["ok"])
                self.assertIn("commands are words and not JSON", refusal["error"])

    def test_answers_bytes_that_are_no_text_with_json(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.scan.socket)
            commands = [b"\xff\xfe", b'{"\xc3":1}', b"rate \x80", b"rate \xe2\x82",
                        b"\xed\xa0\x80"]
            client.sendall(b"\n".join(commands) + b"\n")
            with client.makefile("rb") as lines:
                for _ in commands:
                    self.assertFalse(json.loads(lines.readline().decode("utf-8"))["ok"])

    def test_refuses_a_socket_in_use(self):
        ended = subprocess.run([MASSCAN, "-e", "sim", "10.0.0.1", "-p80", "--control",
                                self.scan.socket], capture_output=True, text=True, timeout=10)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("belongs to a running scan", ended.stderr)
        self.scan.wait_for_probes()


class Client(unittest.TestCase):
    """`masscan --control FILE status`, where somebody else than a scan may listen."""

    def setUp(self):
        self.path = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "socket")
        listener = self.enterContext(socket.socket(socket.AF_UNIX))
        listener.bind(self.path)
        listener.listen()
        self.listener = listener

    def ask(self, answer, **streams):
        """How the client ends that gets this answer and then nothing more."""
        client = subprocess.Popen([MASSCAN, "--control", self.path, "status"], text=True,
                                  **{"stdout": subprocess.PIPE, **streams}, stderr=subprocess.PIPE)
        connection = self.listener.accept()[0]
        with connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(answer)
            output, errors = client.communicate(timeout=30)
        output, errors = client.communicate(timeout=30)
        self.assertLess(len(errors), 1000)
        return client.returncode, output, errors

    def test_prints_an_answer(self):
        self.assertEqual(self.ask(b'{"ok":true,"x":1}\n'), (0, '{"ok":true,"x":1}\n', ""))
        self.assertEqual(self.ask(b'{"ok":false,"error":"no"}\n')[:2],
                         (1, '{"ok":false,"error":"no"}\n'))

    def test_believes_no_other_answer(self):
        for answer in (b"\n", b"x" * 200_000, b'{"ok":true,"x":"\x1b]0;t\x07"}\n',
                       b'{"ok":true,"x":"\xff"}\n', b'{"ok":true}\n{"ok":true}\n', b'{"ok":true\n',
                       b"220 mail.example ESMTP\r\n"):
            code, output, errors = self.ask(answer)
            self.assertEqual((code, output), (1, ""), answer[:40])
            self.assertIn("what listens there is no scan", errors)
            self.assertNotIn("\x1b", errors)

    def test_waits_ten_seconds(self):
        began = time.monotonic()
        code, output, errors = self.ask(b'{"ok":')
        self.assertEqual((code, output), (1, ""))
        self.assertIn("no answer for 10 s", errors)
        self.assertGreater(time.monotonic() - began, 9.9)

    def test_says_that_nobody_can_read_the_answer(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            code, _, errors = self.ask(b'{"ok":true}\n', stdout=full)
        self.assertEqual(code, 1)
        self.assertIn("standard output: No space left on device", errors)
        code, _, errors = self.ask(b'{"ok":true}\n', preexec_fn=lambda: os.close(1))
        self.assertEqual(code, 1)
        self.assertIn("standard output: Bad file descriptor", errors)


if __name__ == "__main__":
    unittest.main()
