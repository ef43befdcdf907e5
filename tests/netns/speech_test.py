"""The simulated network that speaks: its services talk TCP as a kernel understands it, and they say
what lab_truth knows."""

import errno
import pathlib
import socket
import tempfile
import unittest

import lab
from lab import Lab, compare, spoken, truth

KEY, OPEN = 7, 100_000
NETWORK = {"ports": "80", "key": KEY, "open_ppm": OPEN}
SPEAKING = ("--key", str(KEY), "--open", str(OPEN), "--speaks", "1")
RANGES = ("10.1.0.0/24", "fd09:1::/120")
EXACT = dict.fromkeys(("open_missing", "open_false", "banners_missing", "banners_wrong", "twice",
                       "unread"), 0)


def hear(connection):
    """All until the other side closes."""
    heard = b""
    while data := connection.recv(4096):
        heard += data
    return heard.decode()


def line_of(connection):
    line = b""
    while not line.endswith(b"\n"):
        line += connection.recv(1)
    return line.decode()


class Talk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("sim", *SPEAKING))
        cls.spoken = spoken(*RANGES, **NETWORK)

    def ports(self, protocol):
        """Those of both families."""
        found = [port for port, (said, _) in self.spoken.items() if said == protocol]
        for family in ".:":
            self.assertTrue(any(family in address for address, _ in found), protocol)
        return found

    def test_a_page_is_the_answer_to_a_request(self):
        for port in self.ports("title"):
            with self.lab.connect(port) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                head, _, body = hear(connection).partition("\r\n\r\n")
            name = self.spoken[port][1]
            self.assertIn(f"Server: {name}\r\nContent-Length: {len(body)}", head)
            self.assertEqual(body, f"<html><title>{name}</title>\r\n")

    def test_who_greets_says_it_at_once(self):
        for port in self.ports("ssh"):
            with self.lab.connect(port) as connection:
                said = line_of(connection)
                connection.sendall(b"SSH-2.0-test\r\n")
                self.assertEqual(hear(connection), "")
            self.assertEqual(said.replace("\r\n", "\\x0d\\x0a"), self.spoken[port][1])

    def test_who_greets_answers_and_closes(self):
        for port in self.ports("ftp"):
            with self.lab.connect(port) as connection:
                said = line_of(connection)
                connection.sendall(b"AUTH TLS\r\n")
                said += line_of(connection)
                connection.sendall(b"QUIT\r\n")
                self.assertEqual(hear(connection), "")
            text = said.replace("\r\n", "\\x0a").removesuffix("\\x0a")
            self.assertEqual(text, self.spoken[port][1])

    def test_the_others_reset_or_say_nothing(self):
        mute = set(truth(*RANGES, **NETWORK)) - set(self.spoken)
        seen = set()
        for port in mute:
            with self.lab.connect(port) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                try:
                    connection.shutdown(socket.SHUT_WR)
                    self.assertEqual(hear(connection), "")
                    seen.add("silent")
                except (ConnectionResetError, BrokenPipeError):
                    seen.add("resetting")
                except OSError as error:  # shutdown() of a connection that was reset already
                    self.assertEqual(error.errno, errno.ENOTCONN)
                    seen.add("resetting")
        self.assertEqual(seen, {"silent", "resetting"})

    def test_what_is_not_open_has_no_connections(self):
        """Its segments are dropped, and so are those of connections that never were."""
        before = self.lab.counters()
        scan = self.lab.scan("-p80", *RANGES, "-sA", "--rate", 10_000, "--wait", 0.2)
        self.assertEqual(scan.code, 0, scan.stderr)
        after = self.lab.counters()
        self.assertEqual(after["segments"] - before["segments"], len(truth(*RANGES, **NETWORK)))
        self.assertEqual(after["other"] - before["other"],
                         512 - len(truth(*RANGES, **NETWORK)))


class Recall(unittest.TestCase):
    def test_every_banner_is_reported_over_a_link_that_loses(self):
        ranges = ("10.2.0.0/21", "fd09:2::/118")
        quality = ("--delay", "5", "--jitter", "5", "--duplicate", "50000", "--drop", "50000")
        with Lab("sim", *SPEAKING, *quality) as laboratory:
            path = laboratory.path("list")
            scan = laboratory.scan("-p80", *ranges, "--banners", "--rate", 5000, "--retries", 8,
                                   "--retry-delay", 0.3, "--wait", 2, "-oL", path)
            self.assertEqual(scan.code, 0, scan.stderr)
            counts = compare(path, *ranges, **NETWORK)
        self.assertGreater(counts.pop("banners"), 200)
        self.assertGreater(counts.pop("open"), 250)
        self.assertEqual(counts, EXACT)


class Comparison(unittest.TestCase):
    """What a list lacks, doubles or has wrongly is counted."""
    RANGE = "10.1.0.0/24"

    def setUp(self):
        self.path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "list"
        self.spoken = spoken(self.RANGE, **NETWORK)
        self.rows = [f"open tcp {port} {address} 1" for address, port in
                     truth(self.RANGE, **NETWORK)]
        self.rows += [f"banner tcp {port} {address} 1 {protocol} {text}"
                      for (address, port), (protocol, text) in self.spoken.items()]

    def counts(self, rows):
        self.path.write_text("#masscan\n" + "\n".join(rows) + "\n# end\n")
        counts = compare(self.path, self.RANGE, **NETWORK)
        self.assertEqual((counts.pop("open"), counts.pop("banners")),
                         (len(self.rows) - len(self.spoken), len(self.spoken)))
        return counts

    def test_the_truth_is_exact(self):
        self.assertEqual(self.counts(self.rows), EXACT)

    def test_each_fault_is_counted(self):
        *rest, last = self.rows
        first, other = self.rows[:2]
        address = last.split()[3]
        mute = next(row for row in self.rows if tuple(row.split()[3:1:-1]) not in
                    {(a, str(p)) for a, p in self.spoken})
        for rows, fault in (
                (self.rows[1:], "open_missing"),
                (self.rows + [first], "twice"),
                (self.rows + [last], "twice"),
                (self.rows + ["open tcp 81 10.1.0.1 1"], "open_false"),
                (self.rows + [last.replace(address, "10.9.9.9")], "open_false"),
                (rest, "banners_missing"),
                (rest + [last.replace("sim_", "sim_f")], "banners_wrong"),
                (rest + [last + "!"], "banners_wrong"),
                (self.rows + [f"banner tcp 80 {address} 1 http Server: sim_0123456789abcdef"],
                 "banners_wrong"),
                (self.rows + [f"banner tcp 80 {address} 1 http"], "banners_wrong"),
                (self.rows + [mute.replace("open", "banner") + " title sim_0123456789abcdef"],
                 "banners_wrong"),
                (self.rows + ["open tcp"], "unread")):
            with self.subTest(fault, rows=rows[-1]):
                self.assertEqual(self.counts(rows), EXACT | {fault: 1})


if __name__ == "__main__":
    lab.main()
