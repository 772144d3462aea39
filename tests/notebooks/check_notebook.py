"""check_notebook.py PROGRAM NOTEBOOK: a notebook is committed without outputs, runs from clean, draws, and leaves nothing behind.

It runs beside the program PROGRAM by Debian's Jupyter, whatever the user has set up for his own.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def faults_as_committed(notebook):
    faults = []
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None):
            faults.append(f"cell {number}: outputs are committed")
    if notebook["metadata"]["kernelspec"]["name"] != "python3":
        faults.append("the kernel is not python3")
    return faults


def faults_as_run(notebook):
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    faults = [f"standard error: {''.join(output['text'])}" for output in outputs if output.get("name") == "stderr"]
    if not any("image/png" in output.get("data", {}) for output in outputs):
        faults.append("no figure was drawn")
    return faults


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def tell(path, faults):
    for fault in faults:
        print(f"{path.name}: {fault}")
    return 1 if faults else 0


def main(program, path):
    path = Path(path).resolve()
    before = listing(path.parent)
    faults = faults_as_committed(json.loads(path.read_text()))
    if faults:
        return tell(path, faults)
    with tempfile.TemporaryDirectory() as temporary:
        home, left = Path(temporary) / "home", Path(temporary) / "tmp"
        home.mkdir()
        left.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "MPL", "IPYTHON"))}
        environment = kept | {
            "HOME": str(home), "TMPDIR": str(left), "PYTHONDONTWRITEBYTECODE": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "PATH": f"{Path(program).resolve().parent}:{os.environ['PATH']}"}
        ran = subprocess.run(
            ["/usr/bin/python3", "-m", "nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=600",
             "--output-dir", str(home), "--output", "ran.ipynb", str(path)],
            env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            faults.append(f"it does not run: {ran.stderr}")
        else:
            faults += faults_as_run(json.loads((home / "ran.ipynb").read_text()))
        faults += [f"left behind: {name}" for name in listing(left)]
    faults += [f"left beside it: {name}" for name in sorted(set(listing(path.parent)) - set(before))]
    return tell(path, faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
