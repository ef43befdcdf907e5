"""The status of a running scan for programs: metrics by HTTP, and NDJSON on standard error; and
whether their documents name what there is."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest

MASSCAN = os.environ["MASSCAN"]
LAB_TRUTH = os.environ["LAB_TRUTH"]
FORMATS = pathlib.Path(__file__).resolve().parents[2] / "docs/formats"

SAMPLE = re.compile(r'^(masscan_\w+(?:\{\w+="[^"]*"\})?) (\S+)$', re.MULTILINE)


def documented(name):
    """What stands in backticks in the first column of a document's tables."""
    text = (FORMATS / name).read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


class Scan:
    def __init__(self, *words, metrics="127.0.0.1:0"):
        self.process = subprocess.Popen(
            [MASSCAN, "-e", "sim", "--checkpoint", "none", "-oL", os.devnull, "--metrics", metrics,
             *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            place = re.search(r"http://\[?([\d.:a-f]+?)\]?:(\d+)/metrics", line)
            if place:
                self.host, self.port = place[1], int(place[2])
                return
        raise AssertionError("the scan does not say where its metrics are")

    def get(self, path="/metrics", method="GET"):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def metrics(self):
        return {name: float(value) for name, value in SAMPLE.findall(self.get()[1])}

    def wait_for(self, is_true):
        deadline = time.monotonic() + 30
        while True:
            metrics = self.metrics()
            if is_true(metrics):
                return metrics
            assert time.monotonic() < deadline, metrics
            time.sleep(0.02)

    def end(self):
        self.process.kill()
        self.process.communicate()


class Metrics(unittest.TestCase):
    def scan(self, *words, **options):
        scan = Scan(*words, **options)
        self.addCleanup(scan.end)
        return scan

    def endless(self, **options):
        return self.scan("10.0.0.0/14", "-p80", "--rate", "400", **options)

    def test_grow_while_the_scan_runs(self):
        scan = self.endless()
        first = scan.wait_for(lambda metrics: metrics["masscan_probes_sent_total"] > 0)
        self.assertEqual(first["masscan_probes_planned"], 2**18)
        self.assertEqual(first["masscan_rate_limit_packets_per_second"], 400)
        self.assertEqual(first["masscan_waiting"], 0)
        sent = first["masscan_probes_sent_total"]
        second = scan.wait_for(lambda metrics: metrics["masscan_probes_sent_total"] > sent + 50)
        for name, value in first.items():
            if name.partition("{")[0].endswith("_total"):
                self.assertGreaterEqual(second[name], value, name)
        self.assertGreater(second["masscan_elapsed_seconds"], first["masscan_elapsed_seconds"])

    def test_end_with_the_numbers_of_the_summary_which_are_the_truth(self):
        # Answers that come late keep it waiting.
        scan = self.scan("10.0.0.0/19", "-p80,443", "--rate", "20000", "--sim-key", "9", "--wait",
                         "3", "--output-show", "closed")
        last = scan.wait_for(lambda metrics: metrics["masscan_waiting"] == 1)
        while True:
            try:
                last = scan.metrics()
                time.sleep(0.02)
            except (ConnectionError, http.client.HTTPException):
                break
        summary = scan.process.stderr.read()
        sent, answers, received = re.search(
            r"Sent (\d+) probes in .* s; (\d+) answers in (\d+) frames", summary).groups()
        found = re.search(r"Found (\d+) open, (\d+) closed, (\d+) filtered", summary).groups()
        self.assertEqual(last["masscan_probes_sent_total"], int(sent))
        self.assertEqual(last["masscan_answers_total"], int(answers))
        self.assertEqual(last["masscan_frames_received_total"], int(received))
        for state, number in zip(("open", "closed", "filtered"), found):
            self.assertEqual(last[f'masscan_ports_found_total{{state="{state}"}}'], int(number))
        truth = subprocess.run(
            [LAB_TRUTH, "--key", "9", "--open", "50000", "--ports", "80,443", "10.0.0.0/19"],
            capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual(last["masscan_probes_sent_total"], 2**14)
        self.assertEqual(last['masscan_ports_found_total{state="open"}'], len(truth))

    def test_are_in_the_document_and_nothing_else_is(self):
        metrics = self.endless().metrics()
        self.assertEqual({name.partition("{")[0] for name in metrics}, documented("metrics.md"))

    def test_are_told_to_readers_only(self):
        scan = self.endless()
        response, text = scan.get()
        self.assertEqual(response.getheader("Content-Type"),
                         "text/plain; version=0.0.4; charset=utf-8")
        self.assertTrue(text.endswith("\n"))
        self.assertEqual(scan.get("/")[0].status, 404)
        response, text = scan.get(method="HEAD")
        self.assertEqual((response.status, text), (200, ""))
        self.assertEqual(scan.get(method="POST")[0].status, 404)

    def test_are_not_told_to_a_page_that_has_its_name_lead_here(self):
        scan = self.endless()
        for host, status in (("evil.example", 421), (f"localhost:{scan.port}", 200)):
            connection = http.client.HTTPConnection(scan.host, scan.port, timeout=10)
            connection.request("GET", "/metrics", headers={"Host": host})
            response = connection.getresponse()
            self.assertEqual((response.status, b"masscan_" in response.read()),
                             (status, status == 200))
            connection.close()

    def test_a_client_that_says_nothing_keeps_nobody_from_them(self):
        scan = self.endless()
        silent = [socket.create_connection((scan.host, scan.port)) for _ in range(40)]
        for client in silent:
            self.addCleanup(client.close)
            client.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        self.assertGreater(scan.metrics()["masscan_workers"], 0)

    def test_on_ipv6_and_on_a_port_of_the_loopback(self):
        self.assertEqual(self.endless(metrics="[::1]:0").host, "::1")
        self.assertEqual(self.endless(metrics="0").host, "127.0.0.1")

    def test_a_port_in_use_is_said_before_the_scan(self):
        scan = self.endless()
        place = f"127.0.0.1:{scan.port}"
        ended = subprocess.run([MASSCAN, "-e", "sim", "10.0.0.1", "-p80", "--metrics", place],
                               capture_output=True, text=True, timeout=10)
        self.assertEqual(ended.returncode, 2)
        self.assertIn(f"--metrics: cannot listen at {place}: Address already in use",
                      ended.stderr)


class Status(unittest.TestCase):
    def paths(self, value, path=""):
        """progress.eta.hours and the like, of all that is no object."""
        if not isinstance(value, dict) or path == "counters":  # control.md names these
            return {path}
        return {one for key, inner in value.items()
                for one in self.paths(inner, f"{path}.{key}" if path else key)}

    def test_the_document_names_its_fields_and_no_others(self):
        ended = subprocess.run(
            [MASSCAN, "-e", "sim", "10.0.0.0/20", "-p80", "--rate", "4000", "--wait", "1",
             "--ndjson-status", "-oL", os.devnull, "--checkpoint", "none", "--sendq"],
            capture_output=True, text=True, timeout=60, check=True)
        lines = [json.loads(line) for line in ended.stderr.splitlines()]
        self.assertEqual({line["state"] for line in lines}, {"running", "waiting"})
        found = set().union(*map(self.paths, lines))
        self.assertEqual(found, documented("status.md"))


if __name__ == "__main__":
    unittest.main()
