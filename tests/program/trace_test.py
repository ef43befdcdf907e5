"""--packet-trace: every frame is a line, and the lines add up to the summary."""

import os
import re
import subprocess
import tempfile
import unittest

MASSCAN = os.environ["MASSCAN"]
LINE = re.compile(r"(SENT|RCVD) \(\d+\.\d{4}s\) (.+)")


class Trace(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def run_traced(self, *words):
        """What was sent, what was received, and the rest of standard error."""
        path = os.path.join(self.folder, "errors")
        with open(path, "wb") as errors:  # a pipe that is read slowly would miss lines
            ended = subprocess.run([MASSCAN, *words, "--packet-trace"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=errors, text=True, timeout=60)
        self.assertEqual(ended.returncode, 0)
        found = re.findall(r"^Discovered open port (\d+)/tcp on (\S+)", ended.stdout, re.MULTILINE)
        self.found = {f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
                      for port, host in found}
        frames, rest = {"SENT": [], "RCVD": []}, []
        with open(path, encoding="ascii") as errors:
            for line in errors:
                match = LINE.fullmatch(line.rstrip("\n"))
                if match:
                    frames[match[1]].append(match[2])
                else:
                    rest.append(line)
        return frames["SENT"], frames["RCVD"], "".join(rest)

    @staticmethod
    def count(lines, pattern):
        return sum(re.search(pattern, line) is not None for line in lines)

    def check(self, targets, probes, question, answer):
        sent, received, rest = self.run_traced("-e", "sim", targets, "-p80,443", "--rate", "5000",
                                               "--retries", "1")
        told = re.search(r"Sent (\d+) probes and (\d+) retries in .* in (\d+) frames", rest)
        self.assertEqual(int(told[1]), probes, rest)
        self.assertEqual(self.count(sent, r"^TCP \S+ > \S+ S "), probes + int(told[2]), rest)
        self.assertEqual(len(received), int(told[3]))
        answered = {match[1] for match in map(re.compile(r"TCP (\S+) > \S+ SA ").match, received)
                    if match}
        self.assertEqual(answered, self.found)
        self.assertGreater(self.count(sent, r"^TCP \S+ > \S+ R "), 0)
        self.assertGreater(self.count(sent, question), 0)
        self.assertGreater(self.count(received, answer), 0)
        self.assertNotIn("rate:", rest, "a line that rewrites itself has no place there")

    def test_adds_up_to_the_summary(self):
        self.check("10.0.0.0/24", 512, r"^ARP who-has \S+ tell", r"^ARP reply \S+ is-at")

    def test_adds_up_to_the_summary_with_ipv6(self):
        self.check("fd00::/120", 512, r"^NDP .* who-has", r"^NDP .* reply .* is-at")

    def test_shows_a_dry_run(self):
        sent, received, _ = self.run_traced("--offline", "10.0.0.0/24", "-p80")
        self.assertEqual((self.count(sent, "^TCP .* S "), len(received)), (256, 0))

    def test_is_refused_where_standard_error_is_json(self):
        ended = subprocess.run([MASSCAN, "-e", "sim", "10.0.0.1", "-p80", "--packet-trace",
                                "--ndjson-status"], capture_output=True, text=True, timeout=20)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("--packet-trace: ", ended.stderr)


if __name__ == "__main__":
    unittest.main()
