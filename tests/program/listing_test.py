"""What the program prints about itself, given to those who read it: shells, roff, `-iL`."""

import os
import shutil
import subprocess
import tempfile
import unittest

MASSCAN = os.environ["MASSCAN"]

# What bash does at TAB behind these words.
COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_masscan
printf '%s\\n' "${COMPREPLY[@]}"
"""


def masscan(*words, **options):
    return subprocess.run([MASSCAN, *words], capture_output=True, text=True, timeout=60, **options)


def printed(*words):
    ended = masscan(*words)
    assert ended.returncode == 0 and ended.stderr == "", ended
    return ended.stdout


def need(program):
    if shutil.which(program) is None:
        raise unittest.SkipTest(f"{program} is not installed")


class Completion(unittest.TestCase):
    def in_shell(self, shell, script, *words):
        need(shell)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(printed("--completion", shell))
            file.flush()
            ended = subprocess.run([shell, *script, *words[:1], file.name, *words[1:]],
                                   capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout.splitlines()

    def completed(self, *words):
        return set(self.in_shell("bash", ["-c", COMPLETE], "bash", *words))

    def test_every_shell_can_read_it(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                self.in_shell(shell, ["-n"])

    def test_bash_completes_options(self):
        self.assertEqual(self.completed("masscan", "--excl"),
                         {"--exclude", "--excludefile", "--exclude-ports"})

    def test_bash_completes_values(self):
        self.assertEqual(self.completed("masscan", "--completion", "z"), {"zsh"})
        self.assertEqual(self.completed("masscan", "--completion", "=", "f"), {"fish"})
        self.assertEqual(self.completed("masscan", "--completion", "="), {"bash", "zsh", "fish"})
        self.assertEqual(self.completed("masscan", "--rate", "1"), {""})

    def test_bash_completes_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "two words.conf")
            open(path, "w", encoding="ascii").close()
            self.assertEqual(self.completed("masscan", "-c", folder + "/tw"), {path})

    def test_fish_completes_options_and_values(self):
        need("fish")
        asked = 'source (MASSCAN --completion fish | psub); complete -C "masscan --completion "'
        ended = subprocess.run(["fish", "-c", asked.replace("MASSCAN", MASSCAN)],
                               capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual({line.split("\t")[0] for line in ended.stdout.splitlines()},
                         {"bash", "zsh", "fish"})


class Manual(unittest.TestCase):
    def test_groff_renders_it_without_a_warning(self):
        need("groff")
        ended = subprocess.run(["groff", "-ww", "-man", "-Tascii", "-P-cbou"],
                               input=printed("--manual"), capture_output=True, text=True,
                               timeout=60, check=True)
        self.assertEqual(ended.stderr, "")
        self.assertIn("--excludefile", ended.stdout)


class TargetList(unittest.TestCase):
    def test_is_a_target_file(self):
        lines = printed("-sL", "10.0.0.0/24", "fd00::/120", "--seed", "1")
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(lines)
            file.flush()
            self.assertEqual(set(printed("-sL", "-iL", file.name).split()), set(lines.split()))

    def test_streams_in_bounded_memory(self):
        with subprocess.Popen([MASSCAN, "-sL", "0.0.0.0/0", "-p80,U:53"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as listing:
            read = sum(len(listing.stdout.read(1 << 20)) for _ in range(20))
            with open(f"/proc/{listing.pid}/status", encoding="ascii") as status:
                resident = next(line for line in status if line.startswith("VmRSS:"))
            listing.stdout.close()
            self.assertEqual(listing.wait(timeout=10), 1)
        self.assertEqual(read, 20 << 20)
        self.assertLess(int(resident.split()[1]), 200 * 1024)  # KiB; sanitizers take most of it


if __name__ == "__main__":
    unittest.main()
