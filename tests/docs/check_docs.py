"""check_docs.py PROGRAM SOURCE: every command in README.md and docs/*.md works as it is written, and every link leads somewhere.

The blocks marked sh, and those marked python, of one file are run in their order of appearance, in a fresh folder that looks like
a clone in which the program has been built. What cannot be shipped is pretended: MovieLens files in a folder DIR, and a model behind
port 8080, which is another port here. The shipped studies are smaller there (smaller()), so that no command takes minutes. What is
not run at all stands in NOT_RUN, with the reason; an entry that no page needs is a fault too.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pretended_movielens
import pretended_server

# The beginning of a command: why it is not run.
NOT_RUN = {
    "scripts/run.sh": "installs packages and builds; the test runs in a build",
    "scripts/test.sh": "runs this test",
}
SECONDS = 170


class Fault(Exception):
    pass


def blocks(text):
    """(line of the first command, language, text) of each block of commands."""
    fence = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, match.start(2)) + 1, match[1], match[2]) for match in fence.finditer(text)]


def is_whole(command):
    checked = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True)
    return checked.returncode == 0 and not checked.stderr and not command.rstrip("\n").endswith("\\")


def commands(line, block):
    """(line, command) of a block of shell: as many lines as the shell needs for a whole one."""
    begun, number = "", line
    for offset, text in enumerate(block.splitlines(keepends=True)):
        if not begun:
            number = line + offset
        begun += text
        if is_whole(begun):
            if begun.strip() and not begun.lstrip().startswith("#"):
                yield number, begun.strip()
            begun = ""
    if begun.strip():
        raise Fault(f"line {number}: a command that does not end: {begun}")


def reason_not_to_run(command):
    """The entry of NOT_RUN that a command begins with."""
    return next((start for start in NOT_RUN if re.match(re.escape(start) + r"(?=\s|$)", command)), None)


def smaller(study):
    """A study of the same kind that takes a moment: two replicates, worlds and populations at most."""
    if "inversion" in study:
        inversion = study["inversion"] | {"worlds": 4}
        if "twin" in inversion:
            inversion["twin"] = inversion["twin"] | {"worlds": 1}
        study = study | {"inversion": inversion}
    return study | {key: min(study[key], 2) for key in ("replicates", "worlds") if key in study} | {
        key: study[key][:2] for key in ("populations",) if key in study}


class Clone:
    """A fresh folder that looks like a clone in which the program has been built."""

    def __init__(self, folder, program, source, port):
        self.folder, self.port = folder, port
        (folder / "build/release").mkdir(parents=True)
        shutil.copy(program, folder / "build/release/truegap")
        shutil.copytree(source / "scenarios", folder / "scenarios")
        for study in (folder / "scenarios").glob("*.json"):
            study.write_text(self.here(json.dumps(smaller(json.loads(study.read_text())))))
        for name in ("docs", "notebooks", "scripts"):
            (folder / name).symlink_to(source / name)
        pretended_movielens.write(folder / "DIR")
        home = folder / ".home"
        home.mkdir()
        self.environment = os.environ | {"HOME": str(home), "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}
        self.environment.pop("TRUEGAP_SCENARIOS", None)

    def here(self, text):
        return text.replace(":8080", f":{self.port}")

    def run(self, arguments, place):
        began = time.monotonic()
        finished = subprocess.run(arguments, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=SECONDS)
        print(f"{time.monotonic() - began:6.1f} s  {place}  {arguments[-1].splitlines()[0][:110]}", flush=True)
        if finished.returncode != 0:
            raise Fault(f"{place}: exit code {finished.returncode}\n{arguments[-1]}\n{finished.stdout[-1500:]}{finished.stderr[-1500:]}")


def run_file(page, clone, used):
    for line, language, block in blocks(page.read_text()):
        if language == "python":
            clone.run(["/usr/bin/python3", "-c", block], f"{page.name}:{line}")
            continue
        for number, command in commands(line, block):
            left_out = reason_not_to_run(command)
            if left_out is not None:
                used.add(left_out)
                continue
            clone.run(["bash", "-euo", "pipefail", "-c", clone.here(command)], f"{page.name}:{number}")


def broken_links(page):
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text):
        path, _, anchor = (target[0] or target[1]).partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        place = page.parent / path if path else page
        if not place.exists():
            yield f"{page.name}: a link to {path}, which is not there"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place.read_text()):
            yield f"{page.name}: a link to {path}#{anchor}, and there is no such heading"


def anchors(text):
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unfit_pictures(docs, pages):
    """Pictures are drawn by a script: light, without programs or anything from elsewhere, and on a page."""
    shown = "".join(page.read_text() for page in pages)
    for picture in sorted(docs.glob("pictures/*.svg")):
        text = picture.read_text()
        if len(text) > 60_000 or re.search(r"<script|(?:href|src)=.https?:", text):
            yield f"{picture.name}: more than 60 kB, or not on its own"
        if f"pictures/{picture.name}" not in shown:
            yield f"{picture.name}: on no page"


def check(program, source, pages, unused_is_a_fault=True):
    faults, used, port = [], set(), pretended_server.serve()
    for page in pages:
        faults += broken_links(page)
        with tempfile.TemporaryDirectory() as temporary:
            try:
                run_file(page, Clone(Path(temporary), program, source, port), used)
            except (Fault, subprocess.TimeoutExpired) as fault:
                faults.append(f"{page.name}: {fault}")
    if unused_is_a_fault:
        faults += [f"no page needs the exception '{start}'" for start in sorted(set(NOT_RUN) - used)]
    return faults


def main(program, source):
    source = Path(source).resolve()
    faults = check(Path(program), source, [source / "README.md", *sorted((source / "docs").glob("*.md"))])
    pages = sorted((source / "docs").glob("*/*.md"))
    for page in pages:
        faults += broken_links(page)
    faults += unfit_pictures(source / "docs", [*pages, *(source / "docs").glob("*.md")])
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
