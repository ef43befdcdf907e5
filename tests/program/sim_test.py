"""The program as a user without root tries it: `-e sim` and `--offline`."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

MASSCAN = os.environ["MASSCAN"]
LAB_TRUTH = os.environ["LAB_TRUTH"]


def scan(*words):
    return subprocess.run([MASSCAN, *words], capture_output=True, text=True, timeout=60)


def open_ports(path):
    with open(path, encoding="ascii") as lines:
        fields = [line.split() for line in lines if line.startswith("open ")]
    return sorted((address, port) for _, _, port, address, _ in fields)


class Simulated(unittest.TestCase):
    def test_finds_exactly_what_is_open(self):
        expected = subprocess.run(
            [LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", "80,443", "10.0.0.0/18"],
            capture_output=True, text=True, check=True).stdout
        with tempfile.NamedTemporaryFile() as file:
            ended = scan("-e", "sim", "--sim-key", "9", "10.0.0.0/18", "-p80,443",
                         "--rate", "40000", "-oL", file.name)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            found = open_ports(file.name)
        self.assertEqual(found, sorted(tuple(line.split()) for line in expected.splitlines()))

    def test_ends_soon_after_the_last_answer(self):
        # All probes wait for the router's MAC address, and then a second for their turns.
        began = time.monotonic()
        ended = scan("-e", "sim", "10.0.0.0/22", "-p80", "--rate", "1000")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_plan_too_large_to_remember_every_answer_is_noted(self):
        for targets, is_noted in (("16.0.0.0/5", False), ("16.0.0.0/4", True)):
            ended = scan("-e", "sim", targets, "-p80", "--resume-count", "10", "--workers", "1",
                         "--wait", "0", "--checkpoint", "none")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual("too large to remember every answer" in ended.stderr, is_noted)

    def test_standard_output_has_nothing_but_results(self):
        ended = scan("-e", "sim", "10.0.0.0/24", "-p80", "--rate", "10000")
        lines = ended.stdout.splitlines()
        self.assertGreater(len(lines), 0)
        for line in lines:
            self.assertTrue(line.startswith("Discovered open port 80/tcp on 10.0.0."), line)


class Software(unittest.TestCase):
    """What the simulated services say that they are."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def read(self, source, option, name, *words):
        path = self.folder / name
        ended = scan("--readscan", str(source), option, str(path), *words)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return path

    def test_is_in_every_result_of_a_service_and_read_back(self):
        first = self.folder / "first.ndjson"
        ended = scan("-e", "sim", "10.0.0.0/22", "-p22,80", "--banners", "--rate", "10000",
                     "--connection-timeout", "2", "--filter", "service != unknown",  # endless ones
                     "-oD", str(first))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        rows = [json.loads(line) for line in first.read_text(encoding="ascii").splitlines()]
        servers = {(row["ip"], row["port"]): row["data"]["banner"] for row in rows
                   if row["data"].get("service_name") == "http.server"}
        shells = {(row["ip"], row["port"]): row["data"]["banner"] for row in rows
                  if row["data"].get("service_name") == "ssh"}
        self.assertTrue(servers and shells)
        for row in rows:
            end = row["ip"], row["port"]
            expected = servers.get(end) or shells.get(end, "").strip().removeprefix("SSH-2.0-")
            is_banner = row["rec_type"] == "banner"
            self.assertEqual(row["data"].get("software", ""), expected if is_banner else "", row)

        path = first
        for option in ("-oX", "-oJ", "-oD"):
            path = self.read(path, option, option)
        self.assertEqual(path.read_bytes(), first.read_bytes())
        some = next(iter(servers.values()))
        csv = self.read(first, "-oC", "csv", "--fields", "ip,port,software", "--filter",
                        f'software == "{some}" && service == http')
        self.assertEqual(set(csv.read_text(encoding="ascii").splitlines()[1:]),
                         {f"{ip},{port},{some}" for (ip, port), own in servers.items()
                          if own == some})


# What a reader of each format finds in a file, which must be whole.
READERS = {
    "-oX": lambda path: [
        (host.find("address").get("addr"), host.find("ports/port").get("portid"))
        for host in xml.etree.ElementTree.parse(path).getroot().iter("host")],
    "-oJ": lambda path: [
        (found["ip"], str(found["ports"][0]["port"]))
        for found in json.loads(pathlib.Path(path).read_text(encoding="ascii"))],
}


class EnclosedFormats(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "results")

    def test_are_whole_without_results(self):
        for option, reader in READERS.items():
            ended = scan("--offline", "10.0.0.1", "-p80", option, self.path)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertEqual(reader(self.path), [])

    def test_are_whole_after_any_signal_and_go_on_when_appended_to(self):
        for option, reader in READERS.items():
            for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
                with self.subTest(option=option, signal=number):
                    self.end_with(number, option, reader)

    def end_with(self, number, option, reader):
        words = ("-e", "sim", "-p80,443", "--wait", "1", option, self.path)
        pathlib.Path(self.path).unlink(missing_ok=True)
        scanner = subprocess.Popen([MASSCAN, "10.0.0.0/16", "--rate", "5000", *words],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.exists(self.path) or os.path.getsize(self.path) < 10000:
            self.assertIsNone(scanner.poll())
            time.sleep(0.01)
        scanner.send_signal(number)
        scanner.wait(timeout=30)
        found = reader(self.path)
        self.assertGreater(len(found), 20)
        ended = scan("10.1.0.0/24", "--rate", "5000", "--append-output", *words)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(reader(self.path)[:len(found)], found)
        self.assertGreater(len(reader(self.path)), len(found))


class Offline(unittest.TestCase):
    def test_makes_every_probe_and_ends_at_once(self):
        began = time.monotonic()
        ended = scan("--offline", "10.0.0.0/16", "-p80", "--rate", "max", "--workers", "2")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("Sent 65536 probes", ended.stderr)
        self.assertLess(time.monotonic() - began, 8)


if __name__ == "__main__":
    unittest.main()
