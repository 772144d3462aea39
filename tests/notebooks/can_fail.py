"""can_fail.py PROGRAM NOTEBOOKS: check_notebook.py refuses notebooks with one fault each, and a program that is not there."""

import copy
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here, program, notebooks = Path(__file__).resolve().parent, *map(Path, sys.argv[1:3])
sound = {
    "cells": [{"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": [
        "from truegap_notebook import *\n", "import matplotlib.pyplot as plt\n",
        "truegap('scenarios')\n", "plt.plot([0, 1])\n", "plt.show()"]}],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4, "nbformat_minor": 5}


def with_source(line):
    changed = copy.deepcopy(sound)
    changed["cells"][0]["source"].insert(3, line + "\n")
    return changed


def said(notebook, program=program):
    with tempfile.TemporaryDirectory() as temporary:
        beside = Path(temporary) / "clone/notebooks"
        beside.mkdir(parents=True)
        shutil.copy(notebooks / "truegap_notebook.py", beside)
        (beside / "one.ipynb").write_text(json.dumps(notebook))
        finished = subprocess.run([sys.executable, here / "check_notebook.py", program, beside / "one.ipynb"],
                                  capture_output=True, text=True)
        return finished.stdout if finished.returncode else ""


committed = copy.deepcopy(sound)
committed["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["seen"]}]
undrawn = copy.deepcopy(sound)
undrawn["cells"][0]["source"] = ["1 + 1"]
careless = said(with_source(
    "import sys, tempfile; print('careful', file=sys.stderr); open('left.txt', 'w').close(); tempfile.mkdtemp()"))
expected = [
    (said(sound), ""),
    (said(committed), "outputs are committed"),
    (said(undrawn), "no figure was drawn"),
    (said(with_source("1 / 0")), "ZeroDivisionError"),
    (said(with_source("truegap('run', 'nothing of that name')")), "RuntimeError"),
    (careless, "standard error: careful"),
    (careless, "left beside it: left.txt"),
    (careless, "left behind: "),
    (said(sound, Path("/nowhere/truegap")), "truegap is not built: run scripts/run.sh in"),
]
wrong = [(words, got) for got, words in expected if (words not in got if words else got)]
for words, got in wrong:
    print(f"expected '{words}', got '{got}'")
sys.exit(1 if wrong else 0)
