"""The command lines of the document that describes masscan, one by one, in the laboratory. Its
networks are mapped to the simulated one's; what takes days there is interrupted here."""

import re
import signal
import time
import unittest
import xml.etree.ElementTree

import lab
from lab import SimTest, truth

KEY = SimTest.KEY
EXCLUDE_TXT = "# not these\n10.0.0.0/8 ; the laboratory's\n192.0.2.1 - 192.0.2.9\n224.0.0.0/4\n"
MY_SCAN = """# My Scan
rate =  100000.00
output-format = xml
output-status = all
output-filename = scan.xml
ports = 0-65535
range = 0.0.0.0-255.255.255.255
excludefile = exclude.txt
"""


def read_xml(path, state="open"):
    root = xml.etree.ElementTree.parse(path).getroot()
    return sorted((host.find("address").get("addr"), int(port.get("portid")))
                  for host in root.iter("host") for port in host.iter("port")
                  if port.find("state").get("state") == state)


class Readme(SimTest):
    def setUp(self):
        super().setUp()
        self.lab.write("exclude.txt", EXCLUDE_TXT)

    def interrupt(self, *words, syns=20_000):
        """A scan that takes for ever, for a moment: Ctrl-C once it has sent so much."""
        scanner = self.lab.start(*words)
        self.addCleanup(scanner.kill)
        while self.lab.counters()["syns"] < syns:
            self.assertIsNone(scanner.poll(), "it ended")
            time.sleep(0.05)
        scanner.send_signal(signal.SIGINT)
        stdout, stderr = (text.decode() for text in scanner.communicate(timeout=10))
        self.assertEqual(scanner.returncode, 0, stderr)
        return stdout, stderr

    def test_usage(self):
        scan = self.scan("-p80,8000-8100", "10.0.0.0/28", "--rate", "1000")
        self.assertEqual(scan.found, truth("10.0.0.0/28", ports="80,8000-8100", key=KEY))
        self.assertIn("Scanning 16 hosts [102 ports/host]", scan.stderr)

    def test_echo_and_back(self):
        echoed = self.scan("-p80,8000-8100", "10.0.0.0/28", "--echo").stdout
        self.lab.write("xxx.conf", echoed)
        scan = self.scan("-c", "xxx.conf", "--rate", "1000")
        self.assertEqual(scan.found, truth("10.0.0.0/28", ports="80,8000-8100", key=KEY))

    def test_own_address_and_own_port(self):
        expected = truth("10.0.0.0/22", ports="80", key=KEY)
        for own in (("--source-ip", "198.18.0.200"), ("--source-port", "61000")):
            self.assertEqual(self.scan("10.0.0.0/22", "-p80", "--rate", "5000", *own).found,
                             expected)

    def test_the_entire_internet_needs_excludes(self):
        scan = self.lab.scan("0.0.0.0/0", "-p0-65535")
        self.assertEqual(scan.code, 2)
        self.assertIn("need confirmation", scan.stderr)

    def test_the_entire_internet(self):
        stdout, _ = self.interrupt("0.0.0.0/0", "-p0-65535", "--excludefile", "exclude.txt",
                                   "--max-rate", "100000")
        found = lab.read_discovered(stdout)
        self.assertGreater(len(found), 500)
        self.check_found(found)

    def test_the_entire_internet_into_a_file(self):
        self.interrupt("0.0.0.0/0", "-p0-65535", "--excludefile", "exclude.txt", "-oX",
                       "scan.xml", "--max-rate", "100000")
        self.check_found(read_xml(self.lab.path("scan.xml")))

    def test_the_configuration_file(self):
        self.lab.set_network("--key", KEY, "--closed", 300_000)
        self.lab.write("myscan.conf", MY_SCAN)
        self.interrupt("-c", "myscan.conf")
        file = self.lab.path("scan.xml")
        self.check_found(read_xml(file), closed_ppm=300_000)
        self.assertGreater(len(read_xml(file, "closed")), 3 * len(read_xml(file)))

    def check_found(self, found, **network):
        """Each is true, and none is excluded; all that was asked would be too much to compute."""
        self.assertGreater(len(found), 500)
        for address, port in found[::len(found) // 40]:
            self.assertEqual(truth(address, ports=str(port), key=KEY, **network),
                             [(address, port)])
        first_octets = {int(address.split(".")[0]) for address, _ in found}
        self.assertFalse(first_octets & {10, *range(224, 240)}, "something excluded was asked")

    def test_output_formats(self):
        expected = truth("10.0.0.0/22", ports="80", key=KEY)
        words = ("10.0.0.0/22", "-p80", "--rate", "5000")
        file = self.lab.path("results")
        for option, name in (("-oX", "xml"), ("-oG", "grepable"), ("-oJ", "json"), ("-oL", "list")):
            for output in ((option, "results"),
                           ("--output-format", name, "--output-filename", "results")):
                self.scan(*words, *output)
                found = re.findall(r"\b(10\.0\.[0-3]\.\d+)\b", file.read_text())
                self.assertEqual(sorted(found), [a for a, _ in expected], output)
        self.assertRegex(file.read_text(), r"(?m)^open tcp 80 10\.0\.\d+\.\d+ \d{10}$")

    def test_binary_output_and_readscan(self):
        self.scan("10.0.0.0/22", "-p80", "--rate", "5000", "-oB", "bin-test.scan")
        self.scan("--readscan", "bin-test.scan", "-oX", "bin-test.xml")
        self.assertEqual(read_xml(self.lab.path("bin-test.xml")),
                         truth("10.0.0.0/22", ports="80", key=KEY))

    def test_what_nmap_users_write(self):
        self.assertEqual(
            self.scan("-sS", "-Pn", "-n", "--randomize-hosts", "--send-eth", "10.0.0.0/22", "-p80",
                      "--rate", "5000").found,
            truth("10.0.0.0/22", ports="80", key=KEY))
        self.assertIn("--randomize-hosts", self.scan("--nmap").stdout)

    def test_a_million_packets_a_second(self):
        scan = self.scan("10.0.0.0/18", "-p80", "--rate", "1000000")
        self.assertEqual(scan.found, truth("10.0.0.0/18", ports="80", key=KEY))

    def test_what_is_not_supported_yet_is_refused_with_a_reason(self):
        scan = self.lab.scan("10.0.0.0/28", "-p80", "--heartbleed")
        self.assertEqual(scan.code, 2)
        self.assertIn("not supported yet", scan.stderr)


if __name__ == "__main__":
    lab.main()
