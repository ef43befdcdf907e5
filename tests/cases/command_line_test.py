"""Command lines, configuration files and lists of other people, as they write them."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

MASSCAN = os.environ["MASSCAN"]


def masscan(*words, **options):
    return subprocess.run([MASSCAN, *map(str, words)], capture_output=True, text=True,
                          timeout=60, check=False, **options)


def echoed(ended):
    """What --echo says, by key."""
    lines = {}
    for line in ended.stdout.splitlines():
        if " = " in line and not line.startswith("#"):
            key, value = line.split(" = ", 1)
            lines.setdefault(key, []).append(value.strip())
    return lines


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def echo(self, *words):
        ended = masscan(*words, "--echo", cwd=self.folder)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended)
        return echoed(ended)

    def refusal(self, *words):
        ended = masscan(*words, "--echo", cwd=self.folder)
        self.assertEqual((ended.returncode, ended.stdout), (2, ""), ended)
        return ended.stderr


class Programs(InFolder):
    # MyKings/python-masscan: it starts the program with -V and takes it for masscan if a line has
    # this form, of which it keeps the numbers.
    def test_e01_the_version_is_found_by_python_masscan(self):
        ended = masscan("-V")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        form = re.compile(r"Masscan version ([0-9]+)\.([0-9]+)[^ ]* \( http[^ ]* \)")
        found = [form.match(line) for line in ended.stdout.splitlines() if form.match(line)]
        self.assertEqual([match.groups() for match in found], [("2", "0")])
        self.assertEqual(ended.stdout.splitlines()[0], "")  # as masscan's

    # The same: it then scans, reads standard output as JSON, and looks at the exit code.
    def test_e01_python_masscan_reads_the_results_of_its_command_line(self):
        ended = masscan("-e", "sim", "-oJ", "-", "10.9.1.0/24", "-p", "80,443", "--max-rate",
                        "20000", "--wait", "1", cwd=self.folder)
        self.assertEqual(ended.returncode, 0)
        hosts = json.loads(ended.stdout)
        self.assertGreater(len(hosts), 0)
        for host in hosts:
            self.assertEqual(host["ports"][0]["status"], "open")

    # blacklanternsecurity/bbot, module portscan: the check at its start.
    def test_e26_the_check_of_bbot_runs(self):
        targets = self.file("targets", "::1\n")
        ended = masscan("-p1", "--wait", "0", "-iL", targets, "--offline",
                        cwd=self.folder)
        self.assertEqual(ended.returncode, 0, ended)

    # The same: its scan.
    def test_e26_the_scan_of_bbot_runs(self):
        targets = self.file("targets", "10.9.1.0/28\n10.9.2.5/32\n")
        excludes = self.file("excludes", "10.9.1.8/29\n")
        words = ["--excludefile", excludes, "--rate", "300", "--wait", "5", "--open-only", "-oJ",
                 "-", "-iL", targets, "--top-ports", "100"]
        listed = masscan("-sL", *words)
        self.assertEqual(listed.returncode, 0, listed)
        self.assertEqual(len(set(listed.stdout.splitlines())), (8 + 1) * 100)
        scan = subprocess.Popen([MASSCAN, "-e", "sim", "--sim-open", "0.5", *map(str, words)],
                                cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(scan.communicate)
        self.addCleanup(scan.send_signal, signal.SIGINT)
        line = scan.stdout.readline()
        while not line.startswith("{"):
            line = scan.stdout.readline()
        found = json.loads(line.strip().rstrip(","))  # each as it comes
        self.assertEqual(found["ports"][0]["status"], "open")

    # Any number of ports, of both programs whose option it is.
    def test_e26_top_ports_takes_any_number(self):
        for words, count in ((["--top-ports"], 20), (["--top-ports", "1"], 1),
                             (["--top-ports=1000"], 1000), (["--top-ports", "65535"], 65535)):
            ports = self.echo(*words)["ports"][0]
            total = 0
            for part in ports.split(","):
                first, _, last = part.partition("-")
                total += int(last or first) - int(first) + 1
            self.assertEqual(total, count, words)

    def test_top_ports_beyond_our_own_order_name_their_source(self):
        ended = masscan("--top-ports", "200", "-sU", "--echo", cwd=self.folder)
        files = [folder + "/nmap/nmap-services" for folder in ("/usr/share", "/usr/local/share")]
        found = [file for file in files if os.path.exists(file)]
        source = f"by the open frequencies in {found[0]}" if found else "in numeric order"
        self.assertIn(f"--top-ports: udp ports after the first 150 are {source}", ended.stderr)

    # Whoever types its name, and no more.
    def test_without_arguments_it_says_in_ten_lines_what_it_does(self):
        ended = masscan()
        self.assertEqual((ended.returncode, ended.stderr), (1, ""))  # masscan's
        self.assertLessEqual(len(ended.stdout.splitlines()), 10)
        self.assertIn("masscan --help", ended.stdout)
        examples = re.findall(r"^  masscan (.*?)   +", ended.stdout, re.MULTILINE)
        self.assertEqual(len(examples), 3)
        self.file("list", "10.9.1.0/24\n")
        for example in examples:
            self.echo(*example.split())

    # robertdavidgraham/masscan#497, #653, #671, #41: lines for the next program, by one option.
    def test_e25_ipport_is_a_line_per_open_port(self):
        words = ["-e", "sim", "10.9.1.0/24", "fd09::/120", "-p80,443", "--rate", "20000", "--seed",
                 "1"]
        ended = masscan(*words, "-oP", "-", "-oL", "list", cwd=self.folder)
        self.assertEqual(ended.returncode, 0)
        wanted = set()
        for line in (self.folder / "list").read_text().splitlines():
            if line.startswith("open"):
                _, _, port, address, _ = line.split()
                wanted.add(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")
        lines = ended.stdout.splitlines()
        self.assertEqual((len(lines), set(lines)), (len(wanted), wanted))
        self.assertTrue(any(line.startswith("[") for line in lines))

    def test_e25_ipport_is_a_list_of_targets_and_of_results(self):
        path = self.file("open", "10.9.1.1:80\n[fd09::1]:443\n")
        self.assertEqual(self.echo("-iL", path)["range"], ["10.9.1.1:80,[fd09::1]:443"])
        ended = masscan("--readscan", path, "-oP", "again.gz", "--append-output", cwd=self.folder)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        ended = masscan("--readscan", path, "-oP", "again.gz", "--append-output", cwd=self.folder)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        ended = masscan("--readscan", "again.gz", "-oP", "-", cwd=self.folder)
        self.assertEqual(ended.stdout, path.read_text() * 2)


# What masscan 1.0.3 to 1.0.6 wrote of a scan, but for what is searched.
OLD = """rate =     100.00
randomize-hosts = true
seed = 9562852746150103326
shard = 1/1
# ADAPTER SETTINGS
adapter = 
adapter-ip = 0.0.0.0
adapter-mac = 00:00:00:00:00:00
router-mac = 00:00:00:00:00:00
# OUTPUT/REPORTING SETTINGS
output-format = unknown(0)
show = open,,
output-filename = 
rotate = 0
rotate-dir = .
rotate-offset = 0
rotate-filesize = 0
pcap = 
# TARGET SELECTION (IP, PORTS, EXCLUDES)
retries = 0
ports = 27017
range = 10.160.0.0/12

capture = cert
nocapture = html
nocapture = heartbleed
nocapture = ticketbleed

"""


class Files(InFolder):
    # crowd42/ptf:paused.conf, larsenlouis/gipper:masscan.conf and a hundred more of their kind.
    def test_e05_files_of_old_versions_load(self):
        conf = self.file("old.conf", OLD)
        for option in ("-c", "--resume"):
            lines = self.echo(option, conf)
            self.assertEqual(lines["ports"], ["27017"])
            self.assertEqual(lines["range"], ["10.160.0.0/12"])
            self.assertEqual(lines["seed"], ["9562852746150103326"])
            for key in ("adapter", "adapter-ip", "output-filename", "output-format"):
                self.assertNotIn(key, lines)

    # The same, one by one, and what has another value in other people's files.
    def test_e05_every_way_to_say_not_set_loads(self):
        for line in ("adapter = ", "adapter-ip =", "adapter-ip = 0.0.0.0", "adapter-mac = ",
                     "router-ip = 0.0.0.0", "router-mac = 00:00:00:00:00:00", "output-format = ",
                     "output-format = unknown(0)", "output-filename = ", "pcap = ", "ports = ",
                     "show = open,,", "http-user-agent = ", 'adapter = ""  # interface'):
            conf = self.file("c", f"{line}\nports = 80\nrange = 10.1.1.1\nseed = 1\n")
            self.assertEqual(self.echo("-c", conf),
                             self.echo("-p80", "10.1.1.1", "--seed", "1"), line)

    # But nothing that keeps a scan within bounds is lost with its value.
    def test_e05_an_empty_bound_is_an_error(self):
        for key in ("exclude", "excludefile", "exclude-ports", "shard", "rate", "offline"):
            conf = self.file("c", f"range = 10.1.1.1\nports = 80\n{key} = \n")
            self.assertIn(f"c:3:{len(key) + 4}: {key}: ", self.refusal("-c", conf))

    # 0xd0ug/cloudlabClayPigeons:masscan.conf: comments behind values.
    def test_e06_a_comment_may_follow_any_value(self):
        plain = ["router-mac-ipv4 = 02-00-00-00-00-6f", "adapter = eth0", "adapter-ip = 10.0.0.7",
                 "rate = 5000", "randomize-hosts = true", "range = 10.10.2.0/24",
                 "exclude = 10.10.2.7", "output-filename = a.json", "adapter-port = 64444",
                 "ports = 1-1024", "output-format = json", "seed = 14330164888923216618"]
        with_comments = [line + "     # a remark = of somebody's" for line in plain]
        self.assertEqual(self.echo("-c", self.file("comments", "\n".join(with_comments) + "\n")),
                         self.echo("-c", self.file("plain", "\n".join(plain) + "\n")))

    def test_e06_quotes_and_a_hash_without_a_blank_belong_to_the_value(self):
        for written, meant in (('"scan # 1.json"', '"scan # 1.json"'), ('"a.json"', "a.json"),
                               ('"a.json" # results', "a.json"), ("scan#1.json", "scan#1.json"),
                               ("a ; b", "a ; b"), ("a // b", "a // b")):
            conf = self.file("c", f"output-filename = {written}\nports = 80\nrange = 10.1.1.1\n")
            self.assertEqual(self.echo("-c", conf)["output-filename"], [meant])
            again = self.file("again", f"output-filename = {meant}\n")
            self.assertEqual(self.echo("-c", again)["output-filename"], [meant])

    def test_e06_what_is_no_comment_is_told_with_the_right_advice(self):
        conf = self.file("c", "range = 10.1.1.1 ; lab\nports = 80\n")
        self.assertIn("c:1:9: range, character 10: ';' is not an IP address; a comment stands in a "
                      "file only, behind a blank and '#'", self.refusal("-c", conf))

    # angryip/ipscan#174: a table of addresses and remarks.
    def test_e07_words_of_a_table_are_no_targets(self):
        table = self.file("t.csv",
                          "IP, COMMENTS\n192.168.0.1, COMPUTERX\n192.168.0.4, Motor Pump\n")
        self.assertIn("t.csv:1:1: 'IP' is neither an IP address nor a host name with a dot",
                      self.refusal("-iL", table, "-p80"))
        table = self.file("t.csv", "192.168.0.1, motor.example.com\n")
        self.assertIn("t.csv:1:14: the host name 'motor.example.com' is not alone on its line",
                      self.refusal("-iL", table, "-p80"))

    def test_e07_names_that_are_meant_are_targets(self):
        table = self.file("list", "www.example.com\nmail.example.com:25 # mail\n"
                                  "10.1.1.1, 10.1.1.2\n")
        self.assertEqual(self.echo("-iL", table, "-p80")["range"],
                         ["10.1.1.1-10.1.1.2", "mail.example.com:25", "www.example.com"])
        short = self.file("short", "printer\n")
        self.refusal("-iL", short, "-p80")
        self.assertEqual(self.echo("-iL", short, "-p80", "--names")["range"], ["printer"])
        self.assertEqual(self.echo("printer", "-p80")["range"], ["printer"])

    # robertdavidgraham/masscan#121: an old echo of a UDP scan.
    def test_e31_masscans_number_of_a_udp_port_is_explained(self):
        conf = self.file("c", "ports = 65697\nrange = 10.1.1.1\n")
        self.assertIn("if it is masscan's number for a UDP port, write U:161",
                      self.refusal("-c", conf))


class Nonsense(InFolder):
    def test_a_list_without_end_is_an_error_at_once(self):
        for option in ("-iL", "--excludefile"):
            began = time.monotonic()
            self.assertIn("/dev/zero:1:1: ", self.refusal(option, "/dev/zero", "10.1.1.1", "-p80"))
            self.assertLess(time.monotonic() - began, 10)

    # Seconds were lost in them, growing with the square of their length.
    def test_long_words_are_refused_at_once(self):
        began = time.monotonic()
        self.assertLess(len(self.refusal("-" + "x" * 130_000)), 300)
        self.assertLess(len(self.refusal("--" + "x" * 130_000)), 300)
        key = self.file("c", "x" * 3_000_000 + " = 5\n")
        self.assertLess(len(self.refusal("-c", key)), 500)
        self.assertLess(time.monotonic() - began, 10)

    def test_nothing_foreign_reaches_the_terminal_raw(self):
        evil = "\x1b]0;x\x07\x9b31m\x9d\x7f"
        keys = ("source-port", "adapter-mac", "router-ip", "shard", "seed", "ttl", "retries",
                "wait", "transport", "min-packet", "show", "tcp-mss", "exclude-ports", "rate",
                "ports", "range", "output-format", "adapter", "redis", "filter", "fields")
        refusals = [self.refusal(f"--{key}={evil}", "-p80", "10.1.1.1") for key in keys]
        refusals += [self.refusal(evil), self.refusal("--" + evil), self.refusal("-" + evil),
                     self.refusal("-c", evil), self.refusal("-iL", evil),
                     self.refusal("-c", self.file("k" + evil, f"ra{evil}te = 5\n")),
                     self.refusal("-iL", self.file("t" + evil, f"{evil}\n"), "-p80")]
        for refusal in refusals:
            self.assertRegex(refusal, r"\A[ -~\u00a0-\U0010ffff]+\n\Z")


if __name__ == "__main__":
    unittest.main()
