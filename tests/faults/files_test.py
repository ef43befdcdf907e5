"""Two programs that want one file, and a program that wants one file twice: one writes, and the
other says so before anything is changed."""

import os
import re
import subprocess
import unittest

import faults
import injection

LIST = "#masscan\nopen tcp 80 10.9.9.9 1700000000\n# end\n"
IN_USE = "another scan or conversion is writing to it; wait for its end, or name another file"
SCAN = ("-e", "sim", "--sim-key", "9", "--seed", "7", "-p80", "--wait", "0.1")
LONG = (*SCAN, "10.0.0.0/10", "--rate", "5000")
SHORT = (*SCAN, "10.0.0.0/26", "--rate", "5000")


class Files(faults.Programs):
    def setUp(self):
        super().setUp()
        (self.folder / "old.list").write_text(LIST)

    def start_scan(self, *words):
        """A scan that has opened its files, and does not end by itself."""
        scanner = self.start(*LONG, *words)
        self.wait_until(lambda: "Starting masscan" in scanner.errors(), "a start", scanner)
        return scanner

    def interrupt(self, scanner):
        scanner.interrupt()
        self.finish(scanner, 0)

    def check_well(self, *words, **options):
        self.check_run(self.run_program(*words, **options), 0)

    def check_refused(self, name, *words):
        """A second program says what is wrong, with exit code 1, and changes nothing."""
        ended = self.check_run(self.run_program(*words), 1)
        self.assertRegex(ended.errors, rf"(?m)^masscan: cannot open {re.escape(name)} for .*: "
                                       rf"{IN_USE}$")

    def check_usage(self, sentence, *words):
        before = sorted(os.listdir(self.folder))
        ended = self.check_run(self.run_program(*words), 2)
        self.assertIn(sentence, ended.errors)
        self.assertEqual(sorted(os.listdir(self.folder)), before)


class TwoWriters(Files):
    def test_results_have_one(self):
        scanner = self.start_scan("--checkpoint", "none", "--output-also", "list:r",
                                  "--output-also", "json:r.json", "--output-also", "xml:r.xml.gz")
        (self.folder / "link").symlink_to("r")
        self.wait_until(lambda: "open tcp" in self.read("r"), "results", scanner)
        os.link(self.folder / "r", self.folder / "hard")
        before = self.read("r")
        for name in ("r", "link", "hard"):
            for more in ((), ("--append-output",), ("--checkpoint", "none")):
                self.check_refused(name, *SHORT, "-oL", name, *more)
            self.check_refused(name, *SHORT, "--pcap", name, "-oL", "other")
            self.check_refused(name, "--readscan", "old.list", "-oL", name)
            self.check_refused(name, "--diff", "old.list", "old.list", "-oD", name)
        for words in (("-oJ", "r.json"), ("-oJ", "r.json", "--append-output"),
                      ("--output-also", "list:new", "--output-also", "list:r.json")):
            self.check_refused("r.json", *SHORT, *words)
        self.check_refused("r.xml.gz", *SHORT, "-oX", "r.xml.gz")
        self.assertFalse((self.folder / "new").exists(), "it was made for nothing")
        self.assertTrue(self.read("r").startswith(before))
        self.interrupt(scanner)
        self.assertTrue(self.read("r").endswith("# end\n"))
        for words in (("-oL", "r"), ("-oJ", "r.json"), ("-oX", "r.xml.gz")):
            self.check_well(*SHORT, *words)

    def test_the_lock_goes_with_the_process(self):
        scanner = self.start_scan("-oL", "r", "--pcap", "p")
        self.check_refused("r", *SHORT, "-oL", "r")
        scanner.kill()
        self.check_well(*SHORT, "-oL", "r", "--pcap", "p")

    def test_captures_have_one(self):
        self.start_scan("--pcap", "p")
        for more in ((), ("--offline",)):
            self.check_refused("p", *SHORT, "--pcap", "p", "-oL", "r", *more)
        self.check_refused("p", *SHORT, "-oL", "p")

    def test_a_conversion_is_one(self):
        converter = self.start("--readscan", "-", "-oL", "r", stdin=subprocess.PIPE)
        converter.stdin.write("#masscan\n" + "open tcp 80 10.9.9.9 1700000000\n" * 50000)
        converter.stdin.flush()
        self.wait_until((self.folder / "r").exists, "an output", converter)
        self.check_refused("r", *SHORT, "-oL", "r")
        self.check_refused("r", "--readscan", "old.list", "-oX", "r")
        converter.stdin.close()  # its end
        self.finish(converter, 0)
        self.assertIn("10.9.9.9", self.read("r"))

    def test_files_that_are_rotated_or_merged_have_one(self):
        (self.folder / "done").mkdir()
        for words in (("-oL", "r", "--rotate-size", "1k", "--rotate-dir", "done"),
                      ("--xml", "nmap", "-oX", "r")):
            scanner = self.start_scan(*words)
            self.wait_until(lambda: any((self.folder / "done").iterdir()) or
                            "10.0" in self.read("r"), "results", scanner)
            # Between two files of a series there is a moment without one.
            self.assertIn(IN_USE, self.check_run(self.run_program(*SHORT, *words), 1).errors)
            self.interrupt(scanner)
            self.check_well(*SHORT, *words)

    def test_what_is_no_file_of_ours_has_many(self):
        self.start_scan("-oL", "/dev/null", "--pcap", "/dev/null")
        self.check_well(*SHORT, "-oL", "/dev/null", "--pcap", "/dev/null")
        with open(self.folder / "all", "ab") as shared:
            scanner = self.start(*LONG, "-oL", "-", "--checkpoint", "none", stdout=shared)
            self.wait_until(lambda: "open tcp" in self.read("all"), "results", scanner)
            self.check_well(*SHORT, "-oL", "-", stdout=shared)

    def test_checkpoints_have_one(self):
        scanner = self.start_scan("-oL", "r", "--checkpoint", "c.conf")
        self.wait_until((self.folder / "c.conf").exists, "a checkpoint", scanner)
        for words in ((*LONG, "--checkpoint", "c.conf"), ("--resume", "c.conf")):
            ended = self.check_run(self.run_program(*words, "-oL", "other"), 1)
            self.assertIn("masscan: --checkpoint: a scan is running that keeps c.conf: wait for "
                          "its end, or name another file", ended.errors)
        scanner.kill()
        before = (self.folder / "c.conf").stat().st_ino
        resumed = self.start("--resume", "c.conf")
        self.wait_until(lambda: (self.folder / "c.conf").stat().st_ino != before,
                        "a scan that is under way", resumed)
        self.interrupt(resumed)

    def test_scans_of_one_plan_keep_checkpoints_of_their_own(self):
        first = self.start_scan("-oL", "a")
        self.wait_until((self.folder / "paused.conf").exists, "a checkpoint", first)
        second = self.start_scan("-oL", "b")
        self.wait_until((self.folder / "paused-2.conf").exists, "a checkpoint", second)
        for scanner, name, file in ((first, "paused.conf", "a"), (second, "paused-2.conf", "b")):
            self.assertIn(f"output-filename = {file}\n", self.read(name))
            self.interrupt(scanner)


class OneWriter(Files):
    """It would be in its own way."""

    def test_one_file_is_not_written_twice_under_any_names(self):
        (self.folder / "here").symlink_to(".")
        sentence = "are one file; give each format a file of its own"
        for other in ("./a", "here/a", str(self.folder / "a"), "none/../a"):
            words = (*SHORT, "--output-also", "list:a")
            self.check_usage(sentence, *words, "--output-also", f"json:{other}")
            self.check_usage(sentence, *words, "--pcap", other)
            self.check_usage(f"output: a is the checkpoint, {other}; write results to another "
                             "file", *words, "--checkpoint", other)
        self.check_usage("old.list is the checkpoint, here/old.list; write results to another file",
                         *SHORT, "-oL", "old.list", "--checkpoint", "here/old.list")
        self.assertEqual(self.read("old.list"), LIST)

    def test_a_configuration_is_not_written_to(self):
        config = "seed = 5\n"
        (self.folder / "x.conf").write_text(config)
        (self.folder / "y.conf").write_text("conf = x.conf\n")
        for words in (("-c", "x.conf"), ("-c", "y.conf")):
            self.check_usage("output: x.conf is what is read as x.conf; write to another file",
                             *words, *SHORT, "-oL", "x.conf")
        self.assertEqual(self.read("x.conf"), config)


class OneOfTwoDisks(Files):
    """What one file has got and the other has not comes again."""

    ADDRESS = re.compile(r"\b10\.\d+\.\d+\.\d+")

    def found(self, name):
        return set(self.ADDRESS.findall(self.read(name)))

    def test_a_resumed_scan_finds_what_one_file_lacks(self):
        words = (*SCAN, "10.0.0.0/20", "--rate", "500")
        self.check_well(*words, "-oL", "all")
        truth = self.found("all")
        for outputs in (("list:a", "ndjson:b"), ("ndjson:b", "list:a")):
            with self.subTest(outputs):
                options = [word for output in outputs for word in ("--output-also", output)]
                # Seconds after the first checkpoint; lines of JSON are longer.
                ended = self.check_run(self.run_program(
                    *words, *options, tracer=("prlimit", "--fsize=16000"),
                    restore_signals=False), 1)  # SIGXFSZ stays ignored
                self.assertIn("cannot write results to b: File too large", ended.errors)
                self.assertLess(self.found("b"), self.found("a"))
                self.check_well("--resume", "paused.conf")
                for name in "ab":
                    self.assertEqual(self.found(name), truth, name)
                    (self.folder / name).unlink()


class TheEnd(Files):
    def test_results_are_on_the_disk_before_the_checkpoint_goes(self):
        self.check_well(*SCAN, "10.0.0.0/20", "--rate", "2500", "-oL", "r", "-oJ", "j",
                        tracer=("strace", "-f", "-y", "-o", "trace", "-e",
                                "trace=write,pwrite64,fdatasync,fsync,unlink"))
        trace = [line for line in self.read("trace").splitlines() if str(self.folder) in line
                 or "unlink(" in line]
        removal = next(i for i, line in enumerate(trace) if 'unlink("paused.conf")' in line)
        for name in ("r", "j"):
            about = [i for i, line in enumerate(trace) if f"{self.folder}/{name}>" in line]
            self.assertIn("fdatasync", trace[about[-1]])
            self.assertLess(about[-1], removal)
        self.assertIn(f"{self.folder}>", trace[removal + 1])
        self.assertIn("fsync", trace[removal + 1])

    def test_a_checkpoint_that_stays_is_said(self):
        ended = self.check_run(self.run_program(
            *SCAN, "10.0.0.0/20", "--rate", "2500", "-oL", "r",
            tracer=injection.strace("unlink", "EACCES", "1+")), 1)
        self.assertIn("masscan: the scan is complete, but its checkpoint paused.conf could not be "
                      "removed: Permission denied; remove it", ended.errors)
        self.assertTrue(self.read("r").endswith("# end\n"))


def tearDownModule():
    faults.print_counts()


if __name__ == "__main__":
    unittest.main(verbosity=2)
