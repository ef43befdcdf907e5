"""Mistakes that must not compile.

Every .cc file here is compiled twice. Without its mistakes it must compile: that is the control,
which shows that the compiler finds all that the file includes. With -DMISTAKES each line that ends
in "// error: PATTERN" must have an error that matches, and no other line may have one.
"""

import os
import pathlib
import re
import subprocess
import unittest

FLAGS = ("-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
         "-I", os.path.join(os.environ["SOURCE"], "src"))
HERE = pathlib.Path(__file__).parent
EXPECTED = re.compile(r"// error: (.+)$")


def compile_file(path, *flags):
    """The compiler's exit code, and what it has against the lines of this file, by line."""
    ended = subprocess.run([os.environ["CXX"], *FLAGS, *flags, path], capture_output=True,
                           text=True, timeout=60, env={**os.environ, "LC_ALL": "C"})
    found, error = {}, None
    for line in ended.stderr.splitlines():
        match = re.match(r"(.+?):(\d+):\d+: (fatal error|error|note): (.*)", line)
        if not match:
            continue
        if match[3] != "note":
            error = match[4]
        elif not match[4].startswith("in expansion of macro"):  # where g++ had the last error
            continue
        if match[1] == str(path):
            found.setdefault(int(match[2]), []).append(error)
    return ended.returncode, found


class Compile(unittest.TestCase):
    def check(self, name):
        path = HERE / name
        self.assertEqual(compile_file(path), (0, {}), "the control does not compile")
        _, found = compile_file(path, "-DMISTAKES")
        lines = path.read_text(encoding="ascii").splitlines()
        self.assertGreater(sum("// error: " in line for line in lines), 1)
        for number, line in enumerate(lines, 1):
            said = "\n".join(found.get(number, []))
            expected = EXPECTED.search(line)
            if expected:
                self.assertRegex(said, expected[1], f"{name}:{number} compiles: {line.strip()}")
            else:
                self.assertEqual(said, "", f"{name}:{number}: {line.strip()}")

    def test_result(self):
        self.check("result.cc")

    def test_addresses(self):
        self.check("addresses.cc")

    def test_bytes(self):
        self.check("bytes.cc")

    def test_time(self):
        self.check("time.cc")

    def test_owners(self):
        self.check("owners.cc")

    def test_every_file_has_a_test(self):
        tests = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        self.assertLessEqual({path.stem for path in HERE.glob("*.cc")}, tests)


if __name__ == "__main__":
    unittest.main()
