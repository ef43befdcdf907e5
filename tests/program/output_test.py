"""What the program writes, as strict readers of each format (strict.py) see it."""

import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

from strict import READERS, read_json, read_nmap_xml

MASSCAN = os.path.abspath(os.environ["MASSCAN"])
LAB_TRUTH = os.environ["LAB_TRUTH"]


def run(*words, **options):
    return subprocess.run([MASSCAN, *map(str, words)], capture_output=True, text=True,
                          timeout=60, **options)


def sim(*words, **options):
    return run("-e", "sim", "--sim-key", "9", "--rate", "40000", "--wait", "1", *words, **options)


def truth(targets, ports):
    ended = subprocess.run([LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", ports, targets],
                           capture_output=True, text=True, check=True)
    return sorted(tuple(line.split()) for line in ended.stdout.splitlines())


class Output(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *words, cwd=None):
        """A scanner whose standard error is to be read, and that does not outlive the test."""
        scanner = subprocess.Popen([MASSCAN, *words], cwd=cwd or self.folder, text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(scanner.stderr.close)
        self.addCleanup(scanner.wait)
        self.addCleanup(scanner.kill)
        return scanner

    def words(self, suffix=""):
        """Options that write every format at once."""
        return [word for name in READERS
                for word in ("--output-also", f"{name}:{self.folder / (name + suffix)}")]

    def read_all(self, suffix=""):
        return {name: sorted(reader(self.folder / (name + suffix)))
                for name, reader in READERS.items()}

    def check_all_are(self, expected):
        for name, found in self.read_all().items():
            self.assertEqual(found, expected, name)


class EveryFormat(Output):
    def test_holds_the_truth_with_none_one_and_many_results(self):
        for targets, count in (("10.0.0.1", 0), ("10.0.0.64/29", 1), ("10.0.0.0/19", None)):
            expected = truth(targets, "80,443")
            ended = sim(targets, "-p80,443", "--interactive", *self.words())
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual(ended.stdout.count("Discovered open port"), len(expected))
            if count is not None:
                self.assertEqual(len(expected), count)
            self.check_all_are(expected)

    def test_is_whole_after_any_signal_at_any_moment(self):
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number, seed=seed):
                scanner = subprocess.Popen(
                    [MASSCAN, "-e", "sim", "10.0.0.0/14", "-p80,443", "--rate", "50000",
                     *self.words()], cwd=self.folder, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
                while not (self.folder / "list").exists():
                    self.assertIsNone(scanner.poll())
                time.sleep(moments.uniform(0, 0.3))
                scanner.send_signal(number)
                scanner.wait(timeout=30)
                if number == signal.SIGKILL:
                    self.repair()
                found = self.read_all()
                if number != signal.SIGKILL:
                    self.assertEqual(len({tuple(ports) for ports in found.values()}), 1)

    def repair(self):
        """Cuts off what SIGKILL left of a write that it interrupted, and nothing else."""
        complete = {name: (self.folder / name).read_bytes().count(b"\n") for name in
                    ("ndjson", "csv")}
        ended = run("--offline", "10.0.0.1", "-p80", "--append-output", *self.words())
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for name, lines in complete.items():
            self.assertEqual((self.folder / name).read_bytes().count(b"\n"), lines)

    def test_goes_on_as_one_document_when_appended_to(self):
        for number in ("0", "1"):
            ended = sim(f"10.0.{number}.0/24", "-p80", "--append-output", *self.words())
            self.assertEqual(ended.returncode, 0, ended.stderr)
        self.check_all_are(truth("10.0.0.0/23", "80"))

    def test_is_written_to_pipes_record_by_record(self):
        for words, begin in ((["-oD", "-"], b'{"ip":"'), (["-oL", "-"], b"#masscan")):
            scanner = subprocess.Popen([MASSCAN, "-e", "sim", "10.0.0.0/16", "-p80",
                                        "--rate", "2000", *words],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            lines = [scanner.stdout.readline() for _ in range(3)]
            self.assertIsNone(scanner.poll())  # it runs for half a minute
            scanner.kill()
            scanner.communicate()
            self.assertTrue(lines[0].startswith(begin), lines)
            self.assertTrue(all(line.endswith(b"\n") for line in lines))


class Readers(Output):
    """Programs that take masscan's files expect more than the format says."""

    def test_ruby_masscan_finds_brackets_and_commas_on_lines_of_their_own(self):
        path = self.folder / "results"
        self.assertEqual(sim("10.0.0.0/24", "-p80", "-oJ", path).returncode, 0)
        lines = path.read_text(encoding="ascii").splitlines()
        self.assertEqual((lines[0], lines[-1]), ("[", "]"))
        self.assertEqual(set(lines[2:-1:2]), {","})
        self.assertTrue(all(line.startswith("{") for line in lines[1:-1:2]))

    def test_metasploit_finds_the_literal_start_of_the_root_element(self):
        path = self.folder / "results"
        self.assertEqual(sim("10.0.0.0/24", "-p80", "-oX", path).returncode, 0)
        self.assertIn('\n<nmaprun scanner="masscan"', path.read_text(encoding="ascii"))

    def test_importers_of_nmap_find_hosts_with_all_their_ports(self):
        path = self.folder / "results"
        ended = sim("10.0.0.0/22", "-p80-99", "--show", "all", "--xml", "nmap", "-oX", path)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertGreater(len(read_nmap_xml(path)), 1000)
        hosts = xml.etree.ElementTree.parse(path).getroot().findall("host")
        addresses = [host.find("address").get("addr") for host in hosts]
        self.assertEqual(len(addresses), len(set(addresses)))


class Several(Output):
    def test_all_formats_of_nmap_and_more(self):
        ended = sim("10.0.0.0/24", "-p80", "-oA", self.folder / "base")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["base.gnmap", "base.list", "base.ndjson", "base.xml"])

    def test_a_full_disk_of_one_keeps_nothing_from_the_other(self):
        ended = sim("10.0.0.0/22", "-p80", "-oL", "/dev/full", "-oJ", self.folder / "results")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("cannot write results to /dev/full: No space left on device", ended.stderr)
        self.assertGreater(len(read_json(self.folder / "results")), 0)

    def test_no_file_gets_two_of_them(self):
        ended = sim("10.0.0.1", "-p80", "-oL", "x", "-oJ", "x")
        self.assertEqual((ended.returncode, ended.stderr.strip()), (
            2, "masscan: output: two formats go to 'x'; give each a file of its own"))

    def test_a_scan_that_cannot_begin_leaves_the_last_results_alone(self):
        foreign = self.folder / "foreign.conf"
        foreign.write_text("somebody's\n", encoding="ascii")
        outputs = ("-oL", self.folder / "list", "--output-also", f"json:{self.folder / 'json'}",
                   "--pcap", self.folder / "pcap", "--checkpoint", foreign)
        ended = sim("10.0.0.0/24", "-p80", *outputs)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        self.assertEqual(os.listdir(self.folder), ["foreign.conf"])
        foreign.unlink()
        ended = sim("10.0.0.0/24", "-p80", *outputs)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        foreign.write_text("somebody's\n", encoding="ascii")
        before = self.contents()
        self.assertGreater(len(before["list"]), 100)
        for more in ((), ("--append-output",), ("--rotate", "hourly", "--rotate-dir", self.folder)):
            ended = sim("10.0.1.0/24", "-p80", *outputs, *more)
            self.assertEqual(ended.returncode, 1, ended.stderr)
            self.assertEqual(self.contents(), before, more)

    def contents(self):
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def test_none_writes_nothing(self):
        path = self.folder / "results"
        ended = sim("10.0.0.0/24", "-p80", "--output-format", "none", "--output-filename", path)
        self.assertEqual((ended.returncode, ended.stdout), (0, ""))
        self.assertFalse(path.exists())


class Rotation(Output):
    def test_by_time_gives_whole_files_that_are_everything_together(self):
        (self.folder / "done").mkdir()
        began = int(time.time())
        ended = sim("10.0.0.0/18", "-p80,443", "--rate", "10000", "--rotate", "1s",
                    "--rotate-dir", self.folder / "done", *self.words())
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertFalse([name for name in os.listdir(self.folder) if name != "done"])
        expected = truth("10.0.0.0/18", "80,443")
        for name, reader in READERS.items():
            files = sorted((self.folder / "done").glob(f"??????-??????-{name}"))
            self.assertGreater(len(files), 2)
            found = [reader(file) for file in files]
            self.assertTrue(all(found), name)
            self.assertEqual(sorted(sum(found, [])), expected, name)
        for line in (self.folder / "done").glob("*-list"):
            stamp = time.mktime(time.strptime(line.name[:13], "%y%m%d-%H%M%S"))
            self.assertTrue(began <= stamp <= time.time())

    def test_by_size_goes_on_counting_in_the_next_run(self):
        for targets in ("10.0.0.0/20", "10.0.16.0/20"):
            ended = sim(targets, "-p80", "--rotate-size", "2k", "--rotate-dir", self.folder,
                        "-oJ", self.folder / "scan.json")
            self.assertEqual(ended.returncode, 0, ended.stderr)
        files = sorted(self.folder.iterdir())
        self.assertEqual([file.name for file in files],
                         [f"scan-{number:05}.json" for number in range(len(files))])
        found = sum((read_json(file) for file in files), [])
        self.assertEqual(sorted(found), truth("10.0.0.0/19", "80"))
        self.assertTrue(all(file.stat().st_size < 2048 + 200 for file in files))

    def test_needs_a_directory_before_the_scan(self):
        ended = sim("10.0.0.1", "-p80", "--rotate", "hourly", "--rotate-dir", "/nonexistent",
                    "-oL", self.folder / "x")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("cannot keep files in the directory /nonexistent", ended.stderr)


class Choice(Output):
    def test_filter_and_fields(self):
        path = self.folder / "results"
        ended = sim("10.0.0.0/20", "-p80,443", "--filter", "port == 443 && ip != 10.0.0.0/21",
                    "--fields", "port,ip", "-oC", path)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        lines = path.read_text(encoding="ascii").splitlines()
        self.assertEqual(lines[0], "port,ip")
        found = sorted(tuple(reversed(line.split(","))) for line in lines[1:])
        self.assertEqual(found, truth("10.0.8.0/21", "443"))

    def test_csv_goes_on_with_the_same_fields_only(self):
        path = self.folder / "results"
        for fields, code in (("ip,port", 0), ("ip,port", 0), ("ip", 2)):
            ended = sim("10.0.0.0/24", "-p80", "--append-output", "--fields", fields, "-oC", path)
            self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertIn("its first line is not ip; choose other --fields or a file", ended.stderr)
        self.assertEqual(path.read_text(encoding="ascii").count("ip,port"), 1)

    def test_a_filter_that_makes_no_sense_is_said_where(self):
        ended = run("10.0.0.1", "-p80", "--filter", "port = 443")
        self.assertEqual((ended.returncode, ended.stderr.strip()), (
            2, "masscan: --filter: column 6: expected one of == != < <= > >= ~ here"))


if __name__ == "__main__":
    unittest.main()
