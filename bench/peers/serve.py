"""Runs fits on request, timing each by a clock of its own: python3 serve.py <module>.

The module has DESCRIPTION, load(folder, ...) and SOLVERS, functions (data, tolerance, variant) that fit and return what makes
arrays of the solution. Each line on standard input is a verb and key=value pairs; each answer is one line, "ok ..." or "error ...".
`load` reads data; `run` times one fit on it and, unless out=none, writes the arrays to that file of the same folder.
"""

import os
import runpy
import sys
import time
import warnings


def fail(error):
    print("error " + " ".join(f"{type(error).__name__}: {error}".split()), flush=True)


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def run(solvers, data, folder, solver, tolerance, variant, clock, out):
    start = CLOCKS[clock]()
    solution = solvers[solver](data, float(tolerance), variant)
    seconds = CLOCKS[clock]() - start
    if out != "none":
        with open(os.path.join(folder, out), "wb") as file:
            for part in solution():
                file.write(part.astype("<f8", order="C").tobytes())
    return seconds


def main(path):
    warnings.filterwarnings("ignore")
    try:
        module = runpy.run_path(path)
    except ImportError as error:
        return fail(error)
    print(f"ready {module['DESCRIPTION']}", flush=True)
    data, folder = None, None
    for line in sys.stdin:
        verb, *pairs = line.split()
        values = dict(pair.split("=", 1) for pair in pairs)
        try:
            if verb == "load":
                # The old data goes before the new comes.
                data, folder = None, values["folder"]
                data = module["load"](**values)
                print("ok", flush=True)
            else:
                print(f"ok {run(module['SOLVERS'], data, folder, **values)!r}", flush=True)
        except Exception as error:  # the bench reports it and goes on
            fail(error)


main(sys.argv[1])
