#!/usr/bin/env python3
"""Checks those rules of docs/style.md that a machine can check, and the layers of the folders.

    house_check.py [ROOT]        checks the repository; prints file:line: message; exit 1 if any
    house_check.py --self-test   feeds each rule a bad example and sees it fire
"""

import os
import re
import sys
from typing import Iterable, Iterator, NamedTuple

MAX_LINE = 100
MAX_FUNCTION = 70
MAX_SUBJECTS = 25
MAX_LINES = {".h": 200, ".cc": 600, ".c": 600, ".py": 600, ".sh": 600, ".js": 600, ".css": 600,
             ".html": 600, "script": 600}

# Folders that hold nothing written by us, or bytes that are not text; .git may be a file.
SKIPPED = {".git", ".cache", "__pycache__", "build", "corpus"}

# Words of unfinished work, and folders of the machine somebody works on. Split so that this file
# does not contain what it forbids.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
WORKPLACE = re.compile(r"(?<![\w.])/(wo" r"rk|ro" r"ot)/")

# What is beside the repository is not in a clone of it. A path leaves it that goes up from what
# names its root, or up more folders than the file is deep.
ABOVE_ROOT = re.compile(
    r"\b(\w*(?<!CURRENT_)SOURCE_DIR|SOURCE|ROOT|source_root)\b[\s})\"'/]*(?<!\.)\.\.(?![\w.])")
STEPS_UP = re.compile(r"(?<![\w.])\.\.(?:/\.\.)*(?![\w.])")
PARENT = re.compile(r"\.parents\[(\d+)\]")
BANNED = {
    re.compile(r"\b(hton|ntoh)[sl]\b"): "byte order belongs in load_be and store_be (base/bytes.h)",
    # The kernel's own rings (nlmsghdr, tpacket3_hdr) are another matter: the struct is the ABI.
    re.compile(r"_cast<[^>]*\b(ethhdr|arphdr|ip6?_?hdr|ipv6hdr|(tcp|udp|icmp|sctp)6?_?hdr)\b"): (
        "packet bytes are read with load_be, not cast to a struct"
    ),
    re.compile(r"\bfmt::print\(\s*stderr\b|\bstd::cerr\b"): (
        "it throws where nobody can be told: write_stderr (base/standard_streams.h)"
    ),
}

# What only some files may do: the pattern, who they are, and what is said to others.
RESERVED = (
    # Tests pass the door too, and what runs between fork and exec.
    (re.compile(
        r"(?<![\w>])::(open|openat|creat|pread|write|pwrite|writev|lseek|rename|renameat2?|"
        r"link|linkat|unlink|unlinkat|fdatasync|fsync|ftruncate|truncate|fchmod|flock|dup)\s*\(|"
        r"\bF_DUPFD\w*|\bstd::o?fstream\b|\bfopen\b|"
        r"\bfilesystem::(rename|remove|remove_all|resize_file|copy_file)\b"),
     re.compile(
         r"^src/base/|_test\.cc$|/test_\w+\.h$|^src/host/nft\.cc$|^(bpf|lab|tests)/"),
     "passes the door to the files: base/file.h has it"),
    (re.compile(r"\bstd::(j?thread\b(?!::hardware_concurrency)|async\b)|\bpthread_create\b"),
     re.compile(r"^src/base/thread\.(h|cc)$|^tests/|_test\.cc$"),
     "throws where no thread is left: Thread (base/thread.h)"),
)


class Finding(NamedTuple):
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class File(NamedTuple):
    path: str  # relative to the repository, with '/'
    kind: str  # suffix of C, C++ and scripts; "script", "build" or "text"
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def depth(self) -> int:
        return self.path.count("/")

    @property
    def is_cpp(self) -> bool:
        return self.kind in (".h", ".cc", ".c")


def kind_of(path: str, text: str) -> str:
    name = os.path.basename(path)
    suffix = os.path.splitext(name)[1]
    if suffix in MAX_LINES:
        return suffix
    if name == "CMakeLists.txt" or suffix == ".cmake":
        return "build"
    return "script" if text.startswith("#!") else "text"


# ---- Reading C++ without a compiler --------------------------------------------------------------

# Numbers come first: the ' of 1'000'000 opens no character literal.
TOKEN = re.compile(
    r"""(?P<number>\b\d[\w']*)
      | (?P<comment>//[^\n]* | /\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)")
      | (?P<string>"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
      | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


def bare_code(text: str, keep_directives: bool = False) -> str:
    """The same lines without comments, and with empty strings."""

    def replace(token: re.Match) -> str:
        kept = token.lastgroup == "number" or (token.lastgroup == "directive" and keep_directives)
        if kept:
            return token.group()
        quotes = '""' if token.lastgroup in ("raw", "mark", "string") else ""
        return quotes + "\n" * token.group().count("\n")

    return TOKEN.sub(replace, text)


# A brace behind this opens a namespace or type: what is in it may be a function.
SCOPE = re.compile(r'\b(namespace|class|struct|union|enum)\b[^()=]*$|\bextern\s*""\s*$')


class Function(NamedTuple):
    first_line: int
    last_line: int


def functions(text: str) -> Iterator[Function]:
    """Outermost functions, from the first line of the declaration to the closing brace."""
    stack: list[int | None] = []  # a function's first line; 0: namespace or type; None: other
    head = ""  # the code since the last ; { or }
    line = head_line = 1
    for char in bare_code(text):
        if char == "\n":
            line += 1
        if char == "{":
            inside = any(scope != 0 for scope in stack)
            scope = SCOPE.search(re.sub(r"\balignas\([^()]*\)", "", head))
            if inside:
                stack.append(None)
            elif scope:
                stack.append(0)
            else:
                stack.append(head_line if ")" in head else None)
        elif char == "}" and stack:
            first_line = stack.pop()
            if first_line:
                yield Function(first_line, line)
        if char in "{};":
            head = ""
        elif head or not char.isspace():
            head_line = head_line if head else line
            head += char


# ---- Rules: each takes a file and yields findings ------------------------------------------------


def check_size(file: File) -> Iterator[Finding]:
    limit = MAX_LINES.get(file.kind)
    count = len(file.lines)
    if limit and count > limit:
        yield Finding(file.path, count, f"file has {count} lines (at most {limit}): split it")


def check_functions(file: File) -> Iterator[Finding]:
    if not file.is_cpp:
        return
    for function in functions(file.text):
        count = function.last_line - function.first_line + 1
        if count > MAX_FUNCTION:
            message = f"function has {count} lines (at most {MAX_FUNCTION}): split it"
            yield Finding(file.path, function.first_line, message)


def check_lines(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.lines, 1):
        if WORKPLACE.search(line):
            yield Finding(file.path, number, "absolute path of a workplace: make it relative")
        if file.kind == "text":
            continue
        if len(line) > MAX_LINE:
            message = f"line has {len(line)} characters (at most {MAX_LINE})"
            yield Finding(file.path, number, message)
        if "\t" in line:
            yield Finding(file.path, number, "tab: indent with blanks")
        if match := UNFINISHED.search(line):
            message = f"{match.group()}: finish it, or write an issue and say nothing here"
            yield Finding(file.path, number, message)


def leaves_the_repository(line: str, depth: int) -> bool:
    climbs = [match.group().count("..") for match in STEPS_UP.finditer(line)]
    climbs += [int(match.group(1)) for match in PARENT.finditer(line)]
    return bool(ABOVE_ROOT.search(line)) or any(climb > depth for climb in climbs)


def check_paths(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.lines, 1):
        if leaves_the_repository(line, file.depth):
            yield Finding(file.path, number, "path that leaves the repository: a clone lacks it")


def check_bans(file: File) -> Iterator[Finding]:
    if not file.is_cpp:
        return
    for number, line in enumerate(bare_code(file.text, keep_directives=True).splitlines(), 1):
        for pattern, reason in BANNED.items():
            if match := pattern.search(line):
                yield Finding(file.path, number, f"'{match.group()}' is banned: {reason}")


def check_reserved(file: File) -> Iterator[Finding]:
    if not file.is_cpp:
        return
    rules = [rule for rule in RESERVED if not rule[1].search(file.path)]
    for number, line in enumerate(bare_code(file.text).splitlines() if rules else (), 1):
        for pattern, _, reason in rules:
            if match := pattern.search(line):
                yield Finding(file.path, number, f"'{match.group()}' {reason}")


def check_pragma(file: File) -> Iterator[Finding]:
    if file.kind == ".h" and not re.search(r"^#pragma once$", file.text, re.MULTILINE):
        yield Finding(file.path, 1, "header without #pragma once")


FILE_RULES = (check_size, check_functions, check_lines, check_paths, check_bans, check_reserved,
              check_pragma)


# ---- Layers --------------------------------------------------------------------------------------

LAYERS_FILE = "CMakeLists.txt"
ROW = re.compile(r"^masscan_library\(\s*(\w+)([^)]*)\)", re.MULTILINE)
MAIN_ROW = re.compile(r"^target_link_libraries\(masscan\s+PRIVATE([^)]*)\)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
MAIN = "main.cc"  # stands in src/ itself, on top of everything
BPF = "bpf"  # what programs in the kernel and the code that loads them agree on


def parse_rows(cmake: str) -> dict[str, set[str]]:
    """Folder -> the folders its row names; who embeds programs of bpf/ may include from there."""
    rows: dict[str, set[str]] = {BPF: set()}
    for folder, arguments in ROW.findall(cmake):
        uses = re.search(r"\bUSES\b(.*?)(?:\b(?:BPF|LINK)\b|$)", arguments, re.DOTALL)
        rows[folder] = set(uses.group(1).split()) if uses else set()
        if re.search(r"\bBPF\b", arguments):
            rows[folder].add(BPF)
    if main := MAIN_ROW.search(cmake):
        rows[MAIN] = set(main.group(1).split())
    return rows


def reachable(rows: dict[str, set[str]], folder: str) -> set[str]:
    """The folder and everything below it."""
    found: set[str] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += rows.get(current, ())
    return found


def check_rows(rows: dict[str, set[str]]) -> Iterator[Finding]:
    for folder, uses in rows.items():
        for used in sorted(uses - rows.keys()):
            yield Finding(LAYERS_FILE, 1, f"the row of {folder} uses {used}, which has no row")
        if any(folder in reachable(rows, used) for used in uses):
            yield Finding(LAYERS_FILE, 1, f"the row of {folder} leads back to {folder}")


def check_includes(file: File, rows: dict[str, set[str]]) -> Iterator[Finding]:
    parts = file.path.split("/")
    if parts[0] != "src" or not file.is_cpp:
        return
    folder = parts[1]
    if folder not in rows:
        yield Finding(file.path, 1, f"{folder} has no masscan_library row in {LAYERS_FILE}")
        return
    allowed = reachable(rows, folder)
    if file.path.endswith("_test.cc"):
        allowed.add("support")  # tests/support
    for number, line in enumerate(file.lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        included, slash, _ = match.group(1).partition("/")
        if not slash:
            message = f'include names no folder: write "{folder}/{included}"'
            yield Finding(file.path, number, message)
        elif included not in allowed:
            message = f"{folder} may not include from {included} ({LAYERS_FILE} has the layers)"
            yield Finding(file.path, number, message)


def check_sub_folders(texts: dict[str, str]) -> Iterator[Finding]:
    """Between a folder and a folder in it, includes lead in one direction only."""
    ways: dict[tuple[str, str], tuple[str, int]] = {}
    for path, text in sorted(texts.items()):
        home = path.rpartition("/")[0].removeprefix("src/")
        is_code = path.endswith((".h", ".cc")) and not path.endswith("_test.cc")
        if not path.startswith("src/") or not is_code:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = INCLUDE.match(line)
            other = match.group(1).rpartition("/")[0] if match else home
            if other != home and (other.startswith(home + "/") or home.startswith(other + "/")):
                ways.setdefault((home, other), (path, number))
    for (home, other), (path, number) in ways.items():
        if home < other and (other, home) in ways:
            message = f"{home} includes from {other}, and {other} from {home}: choose one direction"
            yield Finding(path, number, message)


def check_subjects(paths: Iterable[str]) -> Iterator[Finding]:
    """A folder of src/ holds so many subjects: a header and its sources are one."""
    subjects: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder.startswith("src/") and name.endswith((".h", ".cc")):
            subject = re.sub(r"(_test)?\.(h|cc)$", "", name)
            if not name.endswith("_test.cc"):
                subjects.setdefault(folder, set()).add(subject)
    for folder, names in sorted(subjects.items()):
        if len(names) > MAX_SUBJECTS:
            message = f"folder has {len(names)} subjects (at most {MAX_SUBJECTS}): split it"
            yield Finding(folder, 1, message)


# ---- The whole -----------------------------------------------------------------------------------


def check(texts: dict[str, str]) -> list[Finding]:
    """Everything wrong with a repository, given as path -> text."""
    rows = parse_rows(texts.get(LAYERS_FILE, ""))
    findings = list(check_rows(rows)) + list(check_subjects(texts))
    findings += check_sub_folders(texts)
    for path, text in sorted(texts.items()):
        file = File(path, kind_of(path, text), text)
        for rule in FILE_RULES:
            findings += rule(file)
        findings += check_includes(file, rows)
    return findings


def read_tree(root: str) -> dict[str, str]:
    """All text files below `root`; what is not UTF-8 is data and not ours to judge."""
    texts = {}
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in SKIPPED]
        for name in set(names) - SKIPPED:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            try:
                with open(path, encoding="utf-8") as file:
                    texts[os.path.relpath(path, root).replace(os.sep, "/")] = file.read()
            except UnicodeDecodeError:
                continue
    return texts


# ---- Self-test -----------------------------------------------------------------------------------

ROWS = (
    "masscan_library(base LINK fmt)\n"
    "masscan_library(net USES base BPF tap LINK bpf)\n"
    "masscan_library(wire USES net)\n"
    "masscan_library(cli USES wire LINK z)\n"
    "target_link_libraries(masscan PRIVATE cli)\n"
)


def long_function(head: str, lines: int) -> str:
    return head + " {\n" + "  go();\n" * (lines - 2) + "}\n"


# name, path, text, and what must be found: (line, part of the message), or None for nothing.
CASES = (
    ("70 lines", "src/net/a.cc", long_function("void f(int x)", 70), None),
    ("71 lines", "src/net/a.cc", long_function("\nvoid f(int x)", 71), (2, "function has 71")),
    ("head counts", "src/net/a.cc", long_function("void f(int x,\n int y)", 70),
     (1, "function has 71")),
    ("method", "src/net/a.cc", "class A : B {\n" + long_function("int f() const", 71) + "};\n",
     (2, "function has 71")),
    ("template", "src/net/a.cc", long_function("template <class T>\nvoid f(T x)", 71),
     (1, "function has 72")),
    ("constructor", "src/net/a.cc", long_function("A::A(int x) : x_(x)", 71),
     (1, "function has 71")),
    ("in a namespace", "src/net/a.cc",
     "namespace a {\nextern \"C\" {\n" + long_function("int f()", 71) + "}}\n",
     (3, "function has 71")),
    ("long class", "src/net/a.cc", "struct A {\n" + "  int f() { return 1; }\n" * 90 + "};\n",
     None),
    ("long table", "src/net/a.cc", "const A k[] = {\n" + "  {f(1), {}},\n" * 90 + "};\n", None),
    ("braces in strings", "src/net/a.cc",
     'void f() { g("}{{", \'{\', R"x({{")x", 1\'0, \'{\'); /* { */ }  // {\n' + ";\n" * 90, None),
    ("braces in macros", "src/net/a.cc", "#define A() \\\n  if (x()) {\n" + "int x;\n" * 90, None),
    ("201-line header", "src/net/a.h", "#pragma once\n" + "//\n" * 200, (201, "at most 200")),
    ("601-line source", "src/net/a.cc", "//\n" * 601, (601, "at most 600")),
    ("601-line script", "script/run", "#!/bin/sh\n" + ":\n" * 600, (601, "at most 600")),
    ("long line", "src/net/a.cc", "//" + "x" * 99 + "\n", (1, "line has 101")),
    ("long line of text", "docs/a.md", "x" * 101 + "\n", None),
    ("long line of a page", "src/format/page/a.js", "x" * 101 + "\n", (1, "line has 101")),
    ("tab", "tools/a.py", "\n\tpass\n", (2, "tab")),
    ("unfinished", "src/net/a.cc", "// TO" + "DO: more\n", (1, "finish it")),
    ("part of a word", "src/net/a.cc", "int kTO" + "DOS;\n", None),
    ("workplace", "docs/a.md", "see /wo" + "rk/main\n", (1, "workplace")),
    ("another folder", "docs/a.md", "see net/wo" + "rk/x and /netwo" + "rk/\n", None),
    ("above the root", "cmake/a.cmake", "set(x ${CMAKE_SOURCE_" + "DIR}/../data)\n",
     (1, "leaves the repository")),
    ("above it in C++", "src/net/a.cc", 'f(MASSCAN_SOURCE_' + 'DIR "/../data");\n',
     (1, "leaves the repository")),
    ("above it in Python", "tests/netns/a.py", "x = RO" + 'OT / ".." / "data"\n',
     (1, "leaves the repository")),
    ("too many steps up", "docs/a.md", "\n[x](.." + "/.." + "/data)\n",
     (2, "leaves the repository")),
    ("steps up inside", "tests/program/a.sh",
     "cd .." + "/..; x=${CMAKE_CURRENT_SOURCE_DIR}/..\n", None),
    ("one parent too many", "tests/a.py", "x = path.parents[" + "2]\n", (1, "leaves the repos")),
    ("the root itself", "tests/a.py", "x = path.parents[1]  # from 1..2 on ...\n", None),
    ("byte order", "src/net/a.cc", "int x = htons(1);\n", (1, "'htons' is banned")),
    ("byte order in words", "src/net/a.cc", "// htons(1)\nbpf_htons(1);\n", None),
    ("header cast", "src/net/a.cc", "\nauto x = reinterpret_cast<const tcphdr*>(p);\n",
     (2, "is banned")),
    ("kernel ring", "src/net/a.cc", "auto x = reinterpret_cast<const nlmsghdr*>(p);\n", None),
    ("throwing print", "src/net/a.cc", '\nfmt::print(stderr, "{}", 1);\n', (2, "is banned")),
    ("plain thread", "src/net/a.cc", "\nstd::jthread a([] {});\n", (2, "throws where no thread")),
    ("plain thread below us", "src/net/a.h", "#pragma once\nstd::thread a;\n", (2, "no thread is")),
    ("thread in a test", "src/net/a_test.cc", "std::thread a([] {});\n", None),
    ("the place of threads", "src/base/thread.h", "#pragma once\nstd::jthread a;\n", None),
    ("what is no thread", "src/net/a.cc",
     "std::this_thread::yield(), std::thread::hardware_concurrency();  // std::thread\n", None),
    ("text with such words", "src/net/a.cc", 'f("fmt::print(stderr)");  // std::cerr\n', None),
    ("past the door", "src/net/a.cc", "\nif (::fsync(fd) != 0) f();\n", (2, "passes the door")),
    ("past it by a duplicate", "src/net/a.cc", "f(fd, F_DUPFD_CLOEXEC, 0);\n", (1, "the door")),
    ("past it by a stream", "src/net/a.cc", "std::ofstream file(x);\n", (1, "the door")),
    ("methods of such names", "src/net/a.cc", "Document::open(x);\nfs::b::write(x);\n", None),
    ("the door", "src/base/file.cc", "return ::fsync(fd);\n", None),
    ("a test past the door", "src/net/a_test.cc", "std::ofstream(x);\n::unlink(x);\n", None),
    ("no pragma", "src/net/a.h", "int x;\n", (1, "#pragma once")),
    ("layer below", "src/cli/a.cc", '#include "base/check.h"\n#include "cli/a.h"\n', None),
    ("layer above", "src/net/a.cc", '\n#include "wire/tcp.h"\n', (2, "net may not include")),
    ("embedded program", "src/net/a.cc", '#include "bpf/tap.skel.h"\n', None),
    ("program of another", "src/base/a.cc", '#include "bpf/tap.h"\n', (1, "may not include")),
    ("main", "src/main.cc", '#include "cli/run.h"\n', None),
    ("include without folder", "src/net/a.cc", '#include "b.h"\n', (1, "names no folder")),
    ("support in a test", "src/net/a_test.cc", '#include "support/x.h"\n', None),
    ("support elsewhere", "src/net/a.cc", '#include "support/x.h"\n', (1, "may not include")),
    ("folder inside", "src/cli/options/a.cc",
     '#include "cli/options/b.h"\n#include "cli/help/c.h"\n', None),
    ("layer of the folder inside", "src/net/x/a.cc", '#include "wire/tcp.h"\n', (1, "net may not")),
    ("into the folder inside", "src/cli/a.cc", '#include "cli/options/b.h"\n', None),
    ("both ways", "src/net/a.cc", '\n#include "net/up/b.h"\n', (2, "choose one direction")),
    ("folder without row", "src/lost/a.cc", "int x;\n", (1, "no masscan_library row")),
    ("unknown row", LAYERS_FILE, ROWS + "masscan_library(x USES y)\n", (1, "uses y")),
    ("circle", LAYERS_FILE, "masscan_library(x USES x)\n", (1, "leads back")),
)


def self_test() -> int:
    failures = 0
    for name, path, text, expected in CASES:
        inner = {"src/net/up/b.cc": '#include "net/c.h"\n'}
        findings = check({LAYERS_FILE: ROWS, path: text} | (inner if name == "both ways" else {}))
        if expected is None:
            good = not findings
        else:
            line, message = expected
            good = len(findings) == 1 and findings[0].path == path
            good = good and findings[0].line == line and message in findings[0].message
        if not good:
            failures += 1
            print(f"{name}: expected {expected}, found {[str(finding) for finding in findings]}")
    print(f"{len(CASES)} cases, {failures} failures")
    return 1 if failures else 0


def main(arguments: list[str]) -> int:
    if arguments == ["--self-test"]:
        return self_test()
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    texts = read_tree(arguments[0] if arguments else here)
    if LAYERS_FILE not in texts:
        print(f"no {LAYERS_FILE}: this is not the repository", file=sys.stderr)
        return 2
    findings = check(texts)
    for finding in findings:
        print(finding)
    print(f"{len(texts)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
