"""Real daemons over TCP, each on its usual port and on an unusual one: what it is called and which
version it states are right, or nothing is said of it. Those whose packages are installed run;
`script/install daemons` installs the others. Prints a table.
"""

import base64
import collections
import re
import unittest

import daemons
import lab
import stream_daemons
from lab import Lab

HOST = "10.90.1.1"


def installed():
    """The daemons that can run here, the versions of their packages, and what is missing."""
    packages = set().union(*map(stream_daemons.packages_of, stream_daemons.DAEMONS))
    versions = daemons.versions(packages)
    table = [daemon for daemon in stream_daemons.DAEMONS
             if stream_daemons.packages_of(daemon) <= set(versions)]
    return table, versions, sorted(packages - set(versions))


def judge(heard, port, is_usual, version):
    """What was heard at a port: "ok", "WRONG" (a name that is not its own) or "MISSED"."""
    protocol = port.protocol_at(is_usual)
    names = {name for name, _ in heard}
    if names - ({protocol, *port.also} if protocol else {"unknown"}):
        return "WRONG"
    if protocol and protocol not in names:
        return "MISSED"
    pattern = port.text_at(is_usual).replace("VERSION", re.escape(version))
    is_said = not pattern or any(re.search(pattern, text) for _, text in heard)
    return "ok" if is_said else "MISSED"


class StreamDaemons(unittest.TestCase):
    def test_what_daemons_say_is_heard_at_any_port(self):
        table, versions, missing = installed()
        with Lab("twice") as laboratory:
            self.redirect_unusual_ports(laboratory, table)
            with daemons.running(laboratory, "far", table, "tcp"):
                heard = self.hear(laboratory, table)
        verdicts = collections.Counter()
        for daemon in table:
            for port in daemon.ports:
                for number in port.numbers:
                    verdict = judge(heard[number], port, number == port.number,
                                    versions[port.package or daemon.package])
                    verdicts[verdict] += 1
                    self.show(daemon, port, number, versions, heard[number], verdict)
        print(f"{len(table)} daemons on 2 ports each: {verdicts['ok']} right,"
              f" {verdicts['WRONG']} wrong, {verdicts['MISSED']} missed;"
              f" not installed: {' '.join(missing) or 'none'}", flush=True)
        self.assertTrue(table)
        self.assertEqual(set(verdicts), {"ok"})

    def redirect_unusual_ports(self, laboratory, table):
        """So a daemon that runs once is asked on both ports; it sees its own port's number."""
        ports = ", ".join(f"{port.unusual} : {port.number}" for daemon in table
                          for port in daemon.ports)
        laboratory.within("far", "nft", "-f", laboratory.write("redirect", f"""
            table ip lab {{
              map usual {{
                type inet_service : inet_service
                elements = {{ {ports} }}
              }}
              chain prerouting {{
                type nat hook prerouting priority dstnat
                meta l4proto tcp redirect to :tcp dport map @usual
              }}
            }}"""))

    def hear(self, laboratory, table):
        """The (name, text) pairs of each port, all of which are open."""
        ports = [port for daemon in table for port in daemon.ports]
        numbers = {number for port in ports for number in port.numbers}
        hellos = [word for port in ports if port.hello
                  for word in (f"--hello-string[{port.number}]",
                               base64.b64encode(port.hello.encode()).decode())]
        found = laboratory.path("found.ndjson")
        scan = laboratory.scan("-p" + ",".join(map(str, sorted(numbers))), HOST, "--banners",
                               "-oD", found, "--rate", 500, "--wait", 1, *hellos)
        self.assertEqual(scan.code, 0, scan.stderr)
        rows = lab.read_rows(found)
        self.assertEqual({row["port"] for row in rows if row["rec_type"] == "status"}, numbers)
        heard = collections.defaultdict(list)
        for row in rows:
            if row["rec_type"] == "banner":
                heard[row["port"]].append((row["data"]["service_name"], row["data"]["banner"]))
        return heard

    @staticmethod
    def show(daemon, port, number, versions, heard, verdict):
        package = port.package or daemon.package
        names = "+".join(dict.fromkeys(name for name, _ in heard)) or "nothing"
        text = "".join(letter if letter.isprintable() else " " for _, part in heard
                       for letter in part + " ")
        text = " ".join(text.split())[:60]
        kind = "usual" if number == port.number else "unusual"
        if port.asks:
            kind += ", asks"
        print(f"{package:26} {versions[package]:12} {number:5} {kind:13} {names:22.22}"
              f" {verdict:6} {text}")


if __name__ == "__main__":
    lab.main()
