"""Strict readers (strict.py) accept what the program writes of no, one and a million results."""

import concurrent.futures
import hashlib
import os
import struct
import unittest

import strict
from valid_test import InFolder, output_words, run

# A million, but for builds that are many times slower.
MANY = int(os.environ["MANY_RESULTS"])

FORMATS = [*strict.READERS, "hostonly", "interactive", "certs", "ndjson-base64"]


def digest(found):
    """How many, and a hash of them: a million results take long to hand to another process."""
    return len(found), hashlib.sha256(repr(found).encode()).hexdigest()


def read_to_digest(name, path):
    return digest(strict.READERS[name](path))


class EveryFormat(InFolder):
    def scan_of(self, hosts, ports):
        """A binary file: the first ports of the first addresses of 10/8, host by host."""
        header = b"masscan/1.1\ns:1700000000\n".ljust(99, b"\0")
        records = b"".join(
            struct.pack(">BBIIBHBB", 6, 13, 1700000000 + host, 0x0a000000 + host, 6, port, 18, 64)
            for host in range(hosts) for port in range(1, ports + 1))
        path = self.folder / "scan"
        path.write_bytes(header + records + b"masscan/1.1".ljust(99, b"\0"))
        return path

    def test_is_accepted_by_strict_readers_for_no_one_and_many_results(self):
        for hosts, ports in ((0, 0), (1, 1), (MANY // 20, 20)):
            scan = self.scan_of(hosts, ports)
            ended = run("--readscan", scan, *output_words(self.folder, FORMATS))
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            wanted = strict.read_binary(scan)
            self.assertEqual(len(wanted), hosts * ports)
            self.check_strict_formats(digest(wanted))
            self.check_simple_formats([address for address, _ in wanted])

    def check_strict_formats(self, wanted):
        with concurrent.futures.ProcessPoolExecutor() as processes:
            read = {name: processes.submit(read_to_digest, name, self.folder / name)
                    for name in strict.READERS}
            for name, reading in read.items():
                self.assertEqual(reading.result(), wanted, name)

    def check_simple_formats(self, addresses):
        self.assertEqual(self.lines("hostonly"), addresses)
        self.assertEqual([line.split()[-1] for line in self.lines("interactive")], addresses)
        self.assertEqual(self.lines("certs"), ["{finished: 1}"] if addresses else [])
        self.assertEqual(self.lines("ndjson-base64"), self.lines("ndjson"))

    def lines(self, name):
        return (self.folder / name).read_text(encoding="ascii").splitlines()


if __name__ == "__main__":
    unittest.main()
