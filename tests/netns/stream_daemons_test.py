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
from stream_daemons import Place

HOST = "10.90.1.1"

Heard = collections.namedtuple("Heard", "name text software")


def installed():
    """The daemons that can run here, the versions of their packages, and what is missing."""
    packages = set().union(*map(stream_daemons.packages_of, stream_daemons.DAEMONS))
    versions = daemons.versions(packages)
    table = [daemon for daemon in stream_daemons.DAEMONS
             if stream_daemons.packages_of(daemon) <= set(versions)]
    return table, versions, sorted(packages - set(versions))


def judge(heard, port, place, version, log):
    """What was heard at a port: "ok", "WRONG" (a name or version of another, or what is unknown
    told twice) or "MISSED"."""
    protocol = port.protocol_at(place)
    names = {one.name for one in heard}
    if sum(one.name == "unknown" for one in heard) > 1:
        return "WRONG"
    if names - ({protocol, *port.also} if protocol else {"unknown"}):
        return "WRONG"
    if protocol and protocol not in names:
        return "MISSED"
    pattern = port.text_at(place)
    if "VERSION" in pattern and any(one.software and version not in one.software for one in heard):
        return "WRONG"
    pattern = pattern.replace("VERSION", re.escape(version))
    patterns = [pattern] if pattern else []
    if port.logged:
        patterns.append(re.escape(re.search(port.logged, log).group()) + r"(?!\S)")
    is_said = all(any(re.search(pattern, one.text) for one in heard) for pattern in patterns)
    return "ok" if is_said else "MISSED"


class StreamDaemons(unittest.TestCase):
    def test_what_daemons_say_is_heard_at_any_port(self):
        table, versions, missing = installed()
        cases = [(daemon, port, place) for daemon in table for port in daemon.ports
                 for place in port.places]
        with Lab("twice") as laboratory:
            self.redirect_unusual_ports(laboratory, table)
            with daemons.running(laboratory, "far", table, "tcp") as started:
                heard = self.hear_all(laboratory, cases)
            logs = {one.daemon: one.log() for one in started}
        verdicts = collections.Counter()
        for daemon, port, place in cases:
            package = port.package or daemon.package
            said = heard[place][port.number_at(place)]
            verdict = judge(said, port, place, versions[package], logs[daemon])
            verdicts[verdict] += 1
            self.show(package, versions[package], port, place, said, verdict)
        print(f"{len(table)} daemons on 2 ports each: {verdicts['ok']} right,"
              f" {verdicts['WRONG']} wrong, {verdicts['MISSED']} missed;"
              f" not installed: {' '.join(missing) or 'none'}", flush=True)
        self.assertTrue(table)
        self.assertEqual(set(verdicts), {"ok"})

    def hear_all(self, laboratory, cases):
        """What is heard at each place by port: without hellos of the user's first, then with."""
        heard = {}
        for places in ((Place.USUAL, Place.UNUSUAL), (Place.TOLD,)):
            ports = {port.number_at(place): port for _, port, place in cases if place in places}
            hellos = [word for number, port in ports.items() if places == (Place.TOLD,)
                      for word in (f"--hello-string[{number}]",
                                   base64.b64encode(port.hello.encode()).decode())]
            rows = self.hear(laboratory, set(ports), hellos)
            heard |= dict.fromkeys(places, rows)
        return heard

    def redirect_unusual_ports(self, laboratory, table):
        """So a daemon that runs once is asked on both ports; it sees its own port's number."""
        ports = ", ".join(f"{port.number_at(Place.UNUSUAL)} : {port.number}" for daemon in table
                          for port in daemon.ports if not port.takes_one)
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

    def hear(self, laboratory, numbers, hellos):
        """What is heard at each port, all of which are open. No frame is lost."""
        found = laboratory.path("found.ndjson")
        scan = laboratory.scan("-p" + ",".join(map(str, sorted(numbers))), HOST, "--banners",
                               "-oD", found, "--rate", 500, "--wait", 1, *hellos)
        self.assertEqual(scan.code, 0, scan.stderr)
        self.assertNotIn("cut short or damaged", scan.stderr.rpartition("\r")[2])
        rows = lab.read_rows(found)
        self.assertEqual({row["port"] for row in rows if row["rec_type"] == "status"}, numbers)
        heard = collections.defaultdict(list)
        for row in rows:
            if row["rec_type"] == "banner":
                data = row["data"]
                heard[row["port"]].append(Heard(data["service_name"], data["banner"],
                                                data.get("software", "")))
        return heard

    @staticmethod
    def show(package, version, port, place, heard, verdict):
        names = "+".join(dict.fromkeys(one.name for one in heard)) or "nothing"
        said = dict.fromkeys(word for one in heard for word in (one.software, one.text))
        text = "".join(letter if letter.isprintable() else " " for letter in " ".join(said))
        text = " ".join(text.split())[:60]
        kind = place.value + (", asks" if port.asks else "")
        print(f"{package:26} {version:12} {port.number_at(place):5} {kind:13} {names:22.22}"
              f" {verdict:6} {text}")


if __name__ == "__main__":
    lab.main()
