"""can_fail.py PROGRAM SOURCE: check_docs.py finds a fault of each kind, and none where there is none."""

import sys
import tempfile
from pathlib import Path

import check_docs

PAGES = {
    "```sh\nbuild/release/truegap estimate --list\necho 'two\nlines' > here.txt\ncat here.txt   # made above\n```\n": "",
    "```sh\nscripts/run.sh\n```\n": "",
    "```python\nimport os\nassert os.path.isdir('scenarios')\n```\n": "",
    "[there](README.md), [below](#a-heading), [elsewhere](https://example.org/x)\n\n# A heading\n": "",
    "```sh\ntrue\nbuild/release/truegap run nothing_of_that_name\n```\n": "page.md:3: exit code 2",
    "```sh\nfalse | true\n```\n": "exit code 1",
    "```sh\ncat here.txt\n```\n": "exit code 1",
    "```sh\necho 'open\n```\n": "a command that does not end",
    "```python\n1 / 0\n```\n": "ZeroDivisionError",
    "[there](nothing.md)\n": "a link to nothing.md",
    "[below](#no-heading)\n": "no such heading",
}

program, source = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
wrong = []
with tempfile.TemporaryDirectory() as temporary:
    page = Path(temporary) / "page.md"
    (Path(temporary) / "README.md").touch()
    for text, expected in PAGES.items():
        page.write_text(text)
        faults = check_docs.check(program, source, [page], unused_is_a_fault=False)
        if expected not in "\n".join(faults) or bool(faults) != bool(expected):
            wrong.append(f"{text}expected '{expected}', got {faults}")
    page.write_text("nothing to run")
    if len(check_docs.check(program, source, [page])) != len(check_docs.NOT_RUN):
        wrong.append("exceptions that no page needs are not all named")
print(*wrong, sep="\n")
sys.exit(1 if wrong else 0)
