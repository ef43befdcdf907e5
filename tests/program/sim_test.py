"""The program as a user without root tries it: `-e sim` and `--offline`."""

import os
import subprocess
import tempfile
import time
import unittest

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

    def test_standard_output_has_nothing_but_results(self):
        ended = scan("-e", "sim", "10.0.0.0/24", "-p80", "--rate", "10000")
        lines = ended.stdout.splitlines()
        self.assertGreater(len(lines), 0)
        for line in lines:
            self.assertTrue(line.startswith("Discovered open port 80/tcp on 10.0.0."), line)


class Offline(unittest.TestCase):
    def test_makes_every_probe_and_ends_at_once(self):
        began = time.monotonic()
        ended = scan("--offline", "10.0.0.0/16", "-p80", "--rate", "max", "--workers", "2")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("Sent 65536 probes", ended.stderr)
        self.assertLess(time.monotonic() - began, 8)


if __name__ == "__main__":
    unittest.main()
