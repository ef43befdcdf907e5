"""`--xml nmap` as other people's importers of nmap's files read it."""

import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import lab
from lab import MASSCAN


class NmapXml(unittest.TestCase):
    def setUp(self):
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        path = directory / "found.xml"
        subprocess.run([MASSCAN, "-e", "sim", "10.0.0.0/24", "-p80,54321", "--rate", "5000",
                        "--show", "all", "--wait", "0", "--xml", "nmap", "-oX", path],
                       capture_output=True, check=True, cwd=directory, timeout=60)
        self.hosts = xml.etree.ElementTree.parse(path).getroot().findall("host")
        self.assertGreater(len(self.hosts), 100)

    # npm's node-nmap 4.0.0, convertRawJsonToScanResults: where `hostnames` is there and its text is
    # no line break, it has a `hostname` in it whose name is taken.
    def test_e11_a_host_without_names_has_a_line_break_for_names(self):
        for host in self.hosts:
            self.assertEqual([names.text for names in host.findall("hostnames")], ["\n"])

    # The same: every port has a state and a service, each with attributes.
    def test_e11_every_port_names_its_service(self):
        services = set()
        for host in self.hosts:
            for port in host.iter("port"):
                self.assertIn("state", port.find("state").attrib)
                service = port.find("service")
                services.add((port.get("portid"), service.get("name"), service.get("method")))
        self.assertEqual(services, {("80", "http", "table"), ("54321", "unknown", "table")})

    # nccgroup/scrying#49: "expected status node for host".
    def test_e11_every_host_begins_with_its_status_and_has_an_address(self):
        for host in self.hosts:
            self.assertEqual([child.tag for child in host],
                             ["status", "address", "hostnames", "ports"])
            self.assertEqual(host.find("address").get("addrtype"), "ipv4")


if __name__ == "__main__":
    lab.main()
