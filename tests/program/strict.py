"""Strict readers of every format, none of them ours: python's json, csv and xml, jq, xmllint with
nmap's own DTD, jsonschema with our schema of NDJSON, and a reader of binary files made of
docs/formats/binary.md alone.

Each of READERS gives what a file holds, as (address, port), and raises if it is not whole.
"""

import csv
import json
import pathlib
import re
import socket
import struct
import subprocess
import xml.parsers.expat

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
NMAP_DTD = "/usr/share/nmap/nmap.dtd"
HEADER_BYTES = 99

SCHEMA = jsonschema.Draft7Validator(
    json.loads((ROOT / "docs/formats/ndjson.schema.json").read_text(encoding="ascii")))


def accept(*command, **options):
    ended = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=100,
                           **options)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def read_xml(path):
    accept("xmllint", "--noout", "--huge", "--stream", path)
    found, address = [], None

    def on_start(name, attributes):
        nonlocal address
        if name == "address":
            address = attributes["addr"]
        elif name == "port":
            found.append((address, attributes["portid"]))

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = on_start
    with open(path, "rb") as file:
        parser.ParseFile(file)
    return found


def read_nmap_xml(path):
    """The DTD is named in a copy: so xmllint validates as it reads, and needs no tree."""
    with open(path, encoding="utf-8") as file:
        declaration, kind = next(file), next(file)
        assert kind == "<!DOCTYPE nmaprun>\n"
        validator = subprocess.Popen(["xmllint", "--noout", "--huge", "--stream", "--valid", "-"],
                                     stdin=subprocess.PIPE, text=True)
        validator.stdin.write(f'{declaration}<!DOCTYPE nmaprun SYSTEM "{NMAP_DTD}">\n')
        while piece := file.read(1 << 20):
            validator.stdin.write(piece)
        validator.stdin.close()
        assert validator.wait(timeout=100) == 0
    return read_xml(path)


def read_json(path):
    with open(path, encoding="ascii") as file:
        found = json.load(file)
    assert int(accept("jq", "length", path)) == len(found)
    return [(one["ip"], str(port["port"])) for one in found for port in one["ports"]]


def read_ndjson(path):
    found = []
    with open(path, encoding="ascii") as file:
        for line in file:
            assert line.endswith("}\n")
            one = json.loads(line)
            if len(found) < 300:  # it is slow
                SCHEMA.validate(one)
            found.append((one["ip"], str(one["port"])))
    lines = accept("jq", "-n", "reduce inputs as $one (0; . + 1)", path)
    assert int(lines) == len(found)
    return found


def read_csv(path):
    with open(path, encoding="ascii", newline="") as file:
        return [(row["ip"], row["port"]) for row in csv.DictReader(file, strict=True)]


def binary_records(content):
    """Type and body of each record."""
    begin = 0

    def number():
        nonlocal begin
        value = 0
        while True:
            byte = content[begin]
            begin += 1
            value = value << 7 | byte & 0x7f
            if byte < 0x80:
                return value

    while begin < len(content):
        kind, length = number(), number()
        body = content[begin:begin + length]
        assert len(body) == length, "the last record is cut off"
        begin += length
        yield kind, body


def read_all_binary(path):
    """What kind each result is, and (address, port)."""
    content = path.read_bytes()
    assert not content or re.match(rb"masscan/1\.1\ns:\d+\n\0", content)
    found = []
    for kind, body in binary_records(content):
        if kind == ord("m"):  # a header or a trailer
            assert len(body) == HEADER_BYTES - 2
            continue
        if kind in (6, 7, 9):
            packed, port = struct.unpack_from(">4x4sxH", body)
            address = socket.inet_ntop(socket.AF_INET, packed)
        else:
            assert kind in (10, 11, 13), kind
            port, = struct.unpack_from(">5xH", body)
            version, packed = struct.unpack_from(">B16s", body, 10 if kind == 13 else 9)
            assert version == 6
            address = socket.inet_ntop(socket.AF_INET6, packed)
        found.append(("banner" if kind in (9, 13) else "status", (address, str(port))))
    return found


def read_binary(path):
    return [result for _, result in read_all_binary(path)]


def lines_matching(pattern, order=(1, 2)):
    matcher = re.compile(pattern)

    def read(path):
        found = []
        with open(path, encoding="ascii") as file:
            for line in file:
                assert line.endswith("\n")
                if line.startswith("#"):
                    continue
                match = matcher.fullmatch(line[:-1])
                found.append(tuple(match[i] for i in order))
        return found
    return read


READERS = {
    "xml": read_xml,
    "nmap-xml": read_nmap_xml,
    "json": read_json,
    "ndjson": read_ndjson,
    "csv": read_csv,
    "binary": read_binary,
    "list": lines_matching(r"open tcp (\d+) (\S+) \d+", (2, 1)),
    "grepable": lines_matching(
        r"Timestamp: \d+\tHost: (\S+) \(\)\tPorts: (\d+)/open/tcp//[^/]*//"),
    "ipport": lines_matching(r"([^:]+):(\d+)"),
    "unicornscan": lines_matching(r"TCP open\t *\S+\[ *(\d+)\]\t\tfrom (\S+)  ttl \d+ *", (2, 1)),
}
