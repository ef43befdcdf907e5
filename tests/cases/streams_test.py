"""Standard streams that are full, closed, gone or never read, and terminals that close."""

import fcntl
import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import termios
import unittest

import lab

MASSCAN = os.path.abspath(lab.MASSCAN)
KEY, RANGE, PORT = 9, "10.0.0.0/19", "80"
SIM = ["-e", "sim", "--sim-key", str(KEY), RANGE, "-p", PORT, "--wait", "1"]
FAST = [*SIM, "--rate", "20000", "--metrics", "127.0.0.1:0"]  # the metrics' address is a note
SLOW = [*SIM, "--rate", "4000"]


def truth():
    return lab.truth(RANGE, ports=PORT, key=KEY)


def full():
    return os.open("/dev/full", os.O_WRONLY)


def gone():
    """A pipe whose reader has left."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def close(*descriptors):
    """For preexec_fn: the program begins without these."""
    return lambda: [os.close(descriptor) for descriptor in descriptors]


class Streams(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.results = self.folder / "r.list"

    def start(self, *words, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                   "stderr": subprocess.DEVNULL, "cwd": self.folder, **options}
        process = subprocess.Popen([MASSCAN, *words], **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def code(self, *words, **options):
        return self.start(*words, **options).wait(timeout=30)

    def each_bad_stream(self):
        """Options of subprocess.Popen by which standard error takes nothing."""
        for descriptor in (full(), gone()):
            yield {"stderr": descriptor}
            os.close(descriptor)
        yield {"preexec_fn": close(2)}

    # robertdavidgraham/masscan#322, #392 (the terminal or screen goes away), cron jobs whose log is
    # on a full disk: `masscan --bogus 2>/dev/full` and the like aborted.
    def test_e10_an_error_that_cannot_be_told_keeps_its_exit_code(self):
        for options in self.each_bad_stream():
            self.assertEqual(self.code("--bogus", **options), 2)
            self.assertEqual(self.code("-c", "nothere.conf", **options), 2)
            self.assertEqual(self.code("--readscan", "nothere.bin", **options), 1)

    # The same: a real scan aborted at its first note, before any probe.
    def test_e10_a_scan_does_not_need_standard_error(self):
        for options in self.each_bad_stream():
            self.assertEqual(self.code(*FAST, "-oL", "r.list", **options), 0)
            self.assertEqual(lab.read_list(self.results), truth())

    # A logger that hangs: nobody reads the pipe any more, and nobody closes it.
    def test_e10_a_scan_does_not_wait_for_who_reads_standard_error(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writer, b"x" * size)
        words = [*FAST, "--status-ndjson", "-oL", "r.list"]
        self.assertEqual(self.code(*words, stderr=writer), 0)
        self.assertEqual(lab.read_list(self.results), truth())

    # A supervisor that starts programs without descriptors 0 to 2: "Starting masscan ..." stood in
    # the results.
    def test_words_never_get_into_the_results(self):
        words = [*SIM, "--rate", "20000", "-oL", "r.list"]
        for closed in ((2,), (1, 2), (0, 1, 2)):
            with self.subTest(closed=closed):
                self.assertEqual(self.code(*words, preexec_fn=close(*closed)), 0)
                self.assertEqual(lab.read_list(self.results), truth())
                self.assertTrue(self.results.read_text().startswith("#masscan\n"))

    def test_results_that_cannot_be_written_are_an_error(self):
        process = self.start(*FAST, preexec_fn=close(0, 1), stderr=subprocess.PIPE)
        errors = process.communicate(timeout=30)[1].decode()
        self.assertEqual(process.returncode, 1)
        self.assertRegex(errors, r"(?m)^masscan: .*standard output.*: Bad file descriptor$")

    def start_on_terminal(self, *words, has_results=False, **options):
        """A scanner with a terminal of its own, and the other side of the terminal."""
        master, slave = pty.openpty()
        process = self.start(*words, stderr=slave, start_new_session=True,
                             stdout=slave if has_results else subprocess.DEVNULL,
                             preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0), **options)
        os.close(slave)
        return process, master

    def wait_for_status(self, master):
        said = b""
        while b"% done" not in said:
            said += os.read(master, 4096)

    # robertdavidgraham/masscan#322: closes the terminal while it runs.
    def test_e10_a_terminal_that_closes_ends_the_scan_in_order(self):
        process, master = self.start_on_terminal(*SLOW, "-oL", "r.list")
        self.wait_for_status(master)
        os.close(master)
        self.assertEqual(process.wait(timeout=30), 0)
        first = lab.read_list(self.results)
        self.assertLess(len(first), len(truth()))
        self.assertEqual(self.code("--resume", "paused.conf", "--rate", "20000"), 0)
        self.assertEqual(sorted(set(lab.read_list(self.results))), truth())

    # Its case of an abort: the results stood on the terminal too.
    def test_e10_a_terminal_that_closes_takes_the_results_with_it(self):
        process, master = self.start_on_terminal(*SLOW, has_results=True)
        self.wait_for_status(master)
        os.close(master)
        self.assertIn(process.wait(timeout=30), (0, 1), "1 if there was a result to write")

    def continues(self, *words, **options):
        process, master = self.start_on_terminal(*SLOW, "-oL", "r.list", *words, **options)
        self.wait_for_status(master)
        os.close(master)
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertEqual(lab.read_list(self.results), truth())

    # SIGHUP is "reload" for those who said what to reload, or how they speak to the scan.
    def test_e10_a_scan_that_can_reload_goes_on_without_its_terminal(self):
        (self.folder / "excludes").write_text("192.0.2.0/24\n")
        self.continues("--excludefile", "excludes")
        self.continues("--control", "sock")

    # nohup masscan ... &
    def test_e10_nohup_keeps_its_promise(self):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        self.continues(restore_signals=False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
