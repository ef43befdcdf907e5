"""--report in a browser: counts, search, order, map, excludes, hostile banners, a million results.

Pictures of the pages stay in the folder `report` of the build.
"""

import ipaddress
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import tempfile
import unittest

from browser import Browser

MASSCAN = os.environ["MASSCAN"]
PICTURES = pathlib.Path("report").resolve()  # tests run in the folder of the build

HEADER = b"masscan/1.1\ns:1700000000\n".ljust(99, b"\0")
TRAILER = b"masscan/1.1".ljust(99, b"\0")
STATUS = struct.Struct(">BBIIBHBB")
BEGAN = 1700000000
HTTP, TITLE, SSH, ECHO = 4, 17, 2, 1000
HOSTILE = [
    b"</script><script>document.title='hacked'</script>",
    b"<img src=x onerror=document.title='hacked'>",
    b"--><svg onload=document.title='hacked'><style>*{display:none}</style>",
    b"\"'><a href=javascript:alert(1)>\x00\x1b[31m\xff\xfe\r\n=AAAA\r\n",
    "\u202egnp.exe \u200b \u2028".encode(),
]


def status(address, port, *, closed=False, when=BEGAN, protocol=6):
    return STATUS.pack(7 if closed else 6, 13, when, address, protocol, port, 0x12, 64)


def suspect(address, port, number):
    """An exact record, as spools have it: open, without a cause, and a suspicion."""
    return STATUS.pack(14, 16, BEGAN, address, 6, port, 0x12, 64) + bytes([1, 0, number])


def banner(address, port, application, text, when=BEGAN):
    return struct.pack(">BBIIBHHB", 9, 14 + len(text), when, address, 6, port, application,
                       64) + text


def stated(address, port, application, software, text):
    """A banner as spools have it: the service states its software."""
    return struct.pack(">BBIIBHHBB", 16, 15 + len(software + text), BEGAN, address, 6, port,
                       application, 64, len(software)) + software + text


def run(*words):
    ended = subprocess.run([MASSCAN, *map(str, words)], capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    return ended


def setUpModule():
    assert shutil.which("chromium"), "chromium is missing: script/install test"
    PICTURES.mkdir(exist_ok=True)
    Report.browser = Browser()
    unittest.addModuleCleanup(Report.browser.close)
    folder = unittest.enterModuleContext(tempfile.TemporaryDirectory())
    Report.folder = pathlib.Path(folder)


class Report(unittest.TestCase):
    browser = None
    folder = None

    def made_of(self, records, *words):
        """The report of a file with these records."""
        scan, page = self.folder / "scan.bin", self.folder / f"{self.id()}.html"
        scan.write_bytes(HEADER + b"".join(records) + TRAILER)
        run("--readscan", scan, "--show", "all", "--report", page, *words)
        return page

    def show(self, page):
        self.browser.open(page)
        self.browser.wait_for("document.documentElement.dataset.ready !== undefined")

    def search(self, query, wanted):
        self.browser.write("#query", query)
        self.browser.press("Enter")
        self.browser.wait_for(f"document.documentElement.dataset.ready === '{wanted}'")

    def tearDown(self):
        """Nothing but the page itself was asked for, and nothing was complained about."""
        self.browser.screenshot(PICTURES / f"{self.id().rsplit('.', 1)[-1]}.png")
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual(len(self.browser.requests), 1, self.browser.requests)

    def cards(self):
        texts = [text.split("\n") for text in self.browser.texts(".card")]
        return {label: value for value, label in texts}

    def column(self, number):
        return self.browser.texts(f"#rows td:nth-child({number})")

    def facts(self):
        return dict(zip(self.browser.texts("#map-facts dt"), self.browser.texts("#map-facts dd")))


class SmallReport(Report):
    RECORDS = [status(0x0a000001, 80), status(0x0a000001, 443, when=BEGAN + 60),
               status(0x0a000002, 80, closed=True), status(0xc0a80101, 22, when=BEGAN + 3600),
               status(0x0a000103, 53, protocol=17),
               banner(0x0a000001, 80, HTTP, b"Server: nginx/1.18"),
               banner(0xc0a80101, 22, SSH, b"SSH-2.0-OpenSSH_9.2")]

    def test_without_results(self):
        self.show(self.made_of([]))
        self.assertEqual(self.browser.text("#matches"), "0 results")
        self.assertEqual(self.browser.text("#nothing"), "Nothing is found.")
        self.assertEqual(self.cards()["First (UTC)"], "–")

    def test_with_one_result(self):
        self.show(self.made_of([status(0x01020304, 65535)]))
        self.assertEqual(self.column(1), ["1.2.3.4"])
        self.assertEqual(self.column(2), ["65535"])
        self.assertEqual(self.facts()["Shown"], "1.2.3.0/24")

    def test_counts(self):
        self.show(self.made_of(self.RECORDS))
        self.assertEqual(self.cards(), {
            "Results": "7", "Hosts": "4", "Different ports": "4", "Open": "4", "Closed": "1",
            "Suspect": "0", "Banners": "2", "First (UTC)": "2023-11-14 22:13:20",
            "Last (UTC)": "2023-11-14 23:13:20"})
        self.assertEqual(self.browser.texts("#ports button")[0].split("\n")[0], "80/tcp http")
        self.assertEqual(self.browser.text("#services-title"), "Services heard")
        self.assertEqual(len(self.browser.texts("#services button")), 2)

    def test_suspects(self):
        self.show(self.made_of([status(0x0a000001, 80), suspect(0x0a000002, 81, 5),
                                suspect(0x0a000002, 82, 1), status(0x0a000003, 83)]))
        self.assertEqual(self.column(2), ["80", "81", "82", "83"])
        self.assertEqual(self.column(3), ["tcp"] * 4)
        self.assertEqual(self.column(10), ["", "dense-host", "zero-window", ""])
        self.assertEqual(self.cards()["Suspect"], "2")
        for query, wanted in {"suspect": 2, "-suspect": 2, "suspect:dense": 1}.items():
            self.search(query, wanted)

    def test_software(self):
        hostile = b"<img src=x onerror=document.title='hacked'>\x00\xff"
        self.show(self.made_of([status(1, 80), stated(1, 80, HTTP, b"nginx/1.22.1", b"HTTP/1.1"),
                                stated(2, 80, HTTP, b"Apache/2.4", b""), banner(3, 22, SSH, b"b"),
                                stated(4, 22, SSH, hostile, b"c")]))
        shown = ["", "nginx/1.22.1", "Apache/2.4", "",
                 "<img src=x onerror=document.title='hacked'>\\x00\ufffd"]
        self.assertEqual(self.column(8), shown)
        self.assertEqual(self.column(9), ["", "HTTP/1.1", "", "b", "c"])
        for query, wanted in {"software:NGINX": 1, "apache/2": 1, "-software:/": 3,
                              "software:http": 0}.items():
            self.search(query, wanted)
        self.search("", 5)
        self.browser.click("th:nth-child(8) button")
        self.assertEqual(self.column(8), sorted(shown))
        self.assertEqual(self.browser.evaluate("document.title"), "Scan report")

    def test_names_services_that_masscan_does_not_number(self):
        self.show(self.made_of([banner(1, 7, ECHO, b"a"), banner(2, 7, 60000, b"b")]))
        self.assertEqual(self.column(4), ["echo", "(60000)"])

    def test_search(self):
        self.show(self.made_of(self.RECORDS))
        for query, wanted in {
                "": 7, "nginx": 1, "NGINX": 1, "port:80": 3, "port:22-80,443": 7, "80": 3,
                "10.0.0.0/24": 4, "10.0.": 5, "10.0.0.1": 3, "192.168.1.0/24 ssh": 2,
                "state:open -port:80": 3, "state:banner": 2, "proto:udp": 1, "service:http": 4,
                "ip:10.0.0.1 port:443": 1, '"Server: nginx"': 1, "banner:openssh": 1,
                "port:nonsense": 0, "nothing of this": 0}.items():
            with self.subTest(query):
                self.search(query, wanted)
                self.assertEqual(len(self.column(1)), wanted)
        self.search("", 7)
        self.browser.click("#ports button")  # of port 80
        self.browser.wait_for("document.documentElement.dataset.ready === '3'")
        self.assertEqual(self.cards()["Results"], "3")

    def test_order(self):
        self.show(self.made_of(self.RECORDS))
        self.browser.click("th:nth-child(1) button")
        self.assertEqual(self.column(1), ["10.0.0.1"] * 3 + ["10.0.0.2", "10.0.1.3"]
                         + ["192.168.1.1"] * 2)
        self.browser.click("th:nth-child(2) button")
        self.browser.click("th:nth-child(2) button")
        self.assertEqual(self.column(2), ["443", "80", "80", "80", "53", "22", "22"])
        self.assertEqual(self.browser.evaluate(
            "document.querySelector('th:nth-child(2)').getAttribute('aria-sort')"), "descending")
        self.browser.click("th:nth-child(9) button")
        self.assertEqual(self.column(9)[-2:], ["SSH-2.0-OpenSSH_9.2", "Server: nginx/1.18"])

    def test_ipv6(self):
        scan, page = self.folder / "ipv6.list", self.folder / "ipv6.html"
        scan.write_text("#masscan\n" + "".join(
            f"open tcp 80 {address} {BEGAN}\n" for address in (
                "fd09::2", "10.0.0.1", "fd09:0:0:1::1", "::1", "fd09::1", "fd09::2")))
        run("--readscan", scan, "--report", page)
        self.show(page)
        self.browser.click("th:nth-child(1) button")
        self.assertEqual(self.column(1), ["10.0.0.1", "::1", "fd09::1", "fd09::2", "fd09::2",
                                          "fd09:0:0:1::1"])
        self.assertEqual(self.cards()["Hosts"], "5")
        self.assertEqual(self.facts(), {
            "Shown": "10.0.0.0/24", "Results in it": "1", "Addresses excluded in it": "0",
            "A cell is": "/32", "IPv6 results, on no map": "5"})
        self.search("fd09::2", 2)
        self.assertEqual(self.facts()["IPv6 results, on no map"], "2")

    def test_hostile_banners_are_only_shown(self):
        self.show(self.made_of([banner(1, 80, TITLE, text) for text in HOSTILE]))
        shown = self.column(9)
        self.assertEqual(shown[:2], [text.decode() for text in HOSTILE[:2]])
        self.assertIn("\\x00\\x1b[31m", shown[3])
        self.assertEqual(shown[4], "\\u{202e}gnp.exe \\u{200b} \\u{2028}")
        self.assertEqual(self.browser.evaluate("document.title"), "Scan report")
        self.assertEqual(self.browser.evaluate(
            "document.querySelectorAll('img, a:not(.skip), script:not([id])').length"), 1)
        for text in ("<script>", "onerror="):
            self.search(text, 1)
        self.assertEqual(self.browser.complaints, [])

    def test_even_markup_in_the_page_would_do_nothing(self):
        self.show(self.made_of(self.RECORDS))
        self.browser.evaluate("""new Promise((done) => document.body.append(
            Object.assign(document.createElement("script"),
              { textContent: "document.title = 'hacked'" }),
            Object.assign(document.createElement("img"),
              { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=", onerror: done })))""")
        self.assertEqual(self.browser.evaluate("document.title"), "Scan report")
        self.assertEqual([directive for complaint in self.browser.complaints
                          for directive in re.findall(r"directive:? [\"']([a-z-]+)", complaint)],
                         ["script-src", "default-src"])
        self.browser.complaints.clear()
        del self.browser.requests[1:]  # which went nowhere


class FirstView(Report):
    """The map opens on the smallest square that holds every result: a prefix of even length."""

    def test_is_the_smallest_prefix_of_all_results(self):
        for shown, addresses in {
                "1.2.3.0/24": ["1.2.3.4"],
                "255.255.255.0/24": ["255.255.255.255"],
                "10.1.2.0/24": ["10.1.2.0", "10.1.2.255"],
                "10.1.0.0/22": ["10.1.1.255", "10.1.2.0"],  # two /24 side by side, in no /23
                "192.168.0.0/16": ["192.168.0.1", "192.168.3.4", "192.168.255.1"],
                "10.0.0.0/8": ["10.0.0.1", "10.64.0.1"],  # a /9, which is no square
                "192.0.0.0/4": ["192.0.2.1", "198.51.100.1", "203.0.113.1"],
                "128.0.0.0/2": ["128.0.0.1", "191.255.255.254"],
                "0.0.0.0/0": ["127.0.0.1", "128.0.0.1"],
        }.items():
            with self.subTest(shown):
                numbers = [int(ipaddress.ip_address(address)) for address in addresses]
                self.show(self.made_of([status(number, 80) for number in numbers]))
                self.assertEqual(self.facts()["Shown"], shown)
                self.assertEqual(self.facts()["Results in it"], str(len(addresses)))

    def test_is_everything_without_ipv4_results(self):
        scan, page = self.folder / "no_ipv4.list", self.folder / "no_ipv4.html"
        scan.write_text(f"#masscan\nopen tcp 80 fd09::2 {BEGAN}\n")
        run("--readscan", scan, "--report", page)
        self.show(page)
        self.assertEqual(self.facts()["Shown"], "0.0.0.0/0")
        self.assertEqual(self.facts()["IPv6 results, on no map"], "1")


class Map(Report):
    def setUp(self):
        records = [status(0x0a000000 + n, 80) for n in range(256)]
        records += [status(0x0a400000 + n * 65536, 443) for n in range(4)]
        self.show(self.made_of(records + [status(0xc0000001, 22)],
                               "--exclude", "10.128.0.0/9", "--exclude", "224.0.0.0/4"))

    def go_to(self, prefix):
        self.browser.write("#map-prefix", prefix)
        self.browser.press("Enter")
        return self.facts()

    def is_red(self, place):
        """Whether the overlay of excludes is painted at x and y of the map."""
        return self.browser.evaluate(f"""(() => {{
            const map = document.querySelector("#map");
            const [x, y] = {place}.map((part) => part * map.width);
            const pen = document.createElement("canvas").getContext("2d");
            pen.drawImage(map, -x, -y);
            const {{ data }} = pen.getImageData(0, 0, 32, 32);
            let red = 0;
            for (let i = 0; i < data.length; i += 4) red += data[i] > data[i + 1] + 40;
            return red > 100;
          }})()""")

    def test_zooms_from_everything_to_a_24(self):
        self.assertEqual(self.facts(), {"Shown": "0.0.0.0/0", "Results in it": "261",
                                        "Addresses excluded in it": f"{2**23 + 2**28:,}",
                                        "A cell is": "/18"})
        self.assertEqual(self.go_to("10.0.0.0/8")["Results in it"], "260")
        self.assertEqual(self.go_to("10.64.0.0/12")["Results in it"], "4")
        facts = self.go_to("10.0.0.77/24")
        self.assertEqual((facts["Shown"], facts["Results in it"], facts["A cell is"]),
                         ("10.0.0.0/24", "256", "/32"))
        self.browser.evaluate("document.querySelector('#map').focus()")
        for shown in ("10.0.0.0/20", "10.0.0.0/16", "10.0.0.0/12", "10.0.0.0/8", "0.0.0.0/4",
                      "0.0.0.0/0"):
            self.browser.press("Backspace")
            self.assertEqual(self.facts()["Shown"], shown)

    def test_a_click_zooms_into_the_block_under_it(self):
        # Sixteenths of the curve, by their place on a map of four by four.
        for number, (x, y) in {0: (0, 0), 1: (1, 0), 6: (1, 3), 9: (2, 3), 15: (3, 0)}.items():
            self.browser.click("#map", (x + 0.4) / 4, (y + 0.4) / 4)
            self.assertEqual(self.facts()["Shown"], f"{16 * number}.0.0.0/4")
            self.browser.click("#map-path button")
            self.assertEqual(self.facts()["Shown"], "0.0.0.0/0")

    def test_is_read_by_keyboard(self):
        self.browser.evaluate("document.querySelector('#map').focus()")
        self.browser.press("ArrowRight")
        self.assertEqual(self.browser.text("#map-cell"),
                         f"0.0.0.0/4: 260 results, {2**23:,} addresses excluded")
        self.browser.press("ArrowRight")
        self.assertEqual(self.browser.text("#map-cell"), "16.0.0.0/4: 0 results")
        self.browser.press("Enter")
        self.assertEqual(self.facts()["Shown"], "16.0.0.0/4")

    def test_shows_what_was_excluded(self):
        self.assertTrue(self.is_red([0.7, 0.1]))  # 224.0.0.0/4 stands at the right above
        self.assertFalse(self.is_red([0.2, 0.7]))
        self.assertEqual(self.go_to("10.128.0.0/12")["Addresses excluded in it"], f"{2**20:,}")
        self.assertTrue(self.is_red([0.2, 0.7]))
        self.assertEqual(self.go_to("10.0.0.0/12")["Addresses excluded in it"], "0")
        self.assertFalse(self.is_red([0.7, 0.1]))

    def test_narrows_the_search(self):
        self.go_to("10.64.0.0/10")
        self.browser.click("#map-filter")
        self.browser.wait_for("document.documentElement.dataset.ready === '4'")
        self.assertEqual(self.column(2), ["443"] * 4)

    def test_refuses_what_is_no_prefix(self):
        for text in ("10.0.0.0/33", "256.0.0.0", "here"):
            self.assertEqual(self.go_to(text)["Shown"], "0.0.0.0/0")
            self.assertEqual(self.browser.evaluate(
                "document.querySelector('#map-prefix').getAttribute('aria-invalid')"), "true")


class LiveAndLarge(Report):
    def test_of_a_running_scan(self):
        page, listed = self.folder / "live.html", self.folder / "live.list"
        run("-e", "sim", "10.0.0.0/20", "-p80,443", "--exclude", "10.0.1.0/24", "--rate", "50000",
            "--wait", "1", "--report", page, "-oL", listed)
        found = sorted(tuple(line.split()[3:1:-1])
                       for line in listed.read_text().splitlines() if line.startswith("open"))
        self.show(page)
        self.assertGreater(len(found), 100)
        self.assertEqual(self.cards()["Open"], f"{len(found):,}")
        self.assertEqual(self.facts()["Addresses excluded in it"], "256")
        first, port = random.Random(1).choice(found)
        self.search(f"ip:{first} port:{port}", 1)

    def test_of_a_million_results(self):
        count = 1_000_000
        addresses = random.Random(1).sample(range(0x0a000000, 0x0b000000), count)
        records = [status(address, 80 if n % 4 else 443, when=BEGAN + n // 1000)
                   for n, address in enumerate(addresses)]
        records += [banner(address, 80, HTTP, b"Server: %d" % (n % 1000))
                    for n, address in enumerate(addresses[:20000])]
        page = self.made_of(records)
        self.assertLess(page.stat().st_size, 20_000_000)
        self.show(page)
        self.assertEqual(self.cards()["Results"], f"{count + 20000:,}")
        self.assertEqual(self.cards()["Hosts"], f"{count:,}")
        self.assertEqual(self.browser.texts("#ports button")[0].split("\n")[-1], "750,000")
        self.search("port:443", 250000)
        self.search('banner:"Server: 777"', 20)
        self.search("", count + 20000)
        self.browser.click("th:nth-child(1) button")
        self.browser.click("#last")
        self.assertEqual(self.column(1)[-1].split(".")[0], "10")
        highest = max(addresses)
        self.assertEqual(self.column(1)[-1], ".".join(str(byte) for byte in
                                                      highest.to_bytes(4, "big")))
        self.assertEqual(re.findall(r"[\d,]+", self.browser.text("#range"))[-1],
                         f"{count + 20000:,}")


if __name__ == "__main__":
    unittest.main()
