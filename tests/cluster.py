#!/usr/bin/env python3
"""The cluster driver against a serial sweep: the same bytes, though one of two workers is killed on the way.

    python tests/cluster.py target/release/autopolis

Needs `cluster/requirements.txt`. The process tree of one worker gets SIGKILL once a fifth of the shards are there; the
driver has to finish all the same. Then the folder is compared with that of `autopolis sweep -j 1`, file by file.
"""

import filecmp
import os
import subprocess
import sys
import tempfile
import time

import psutil

EXPERIMENT = """
scenario = "calm-day"
controllers = ["none", "rules"]
replications = 20
first_seed = 4001
hours = 12
"""

# A driver that hangs is a failure, not a reason to wait for CI's own limit.
LIMIT_S = 300


def workers_of(driver):
    """Dask's worker processes: children of the driver that have been spawned to work (not the resource tracker)."""
    found = []
    for child in driver.children():
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            # It has just ended, or been killed.
            pass
    return found


def kill_tree(process):
    tree = [*process.children(recursive=True), process]
    for member in tree:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            pass
    return len(tree)


def files(folder):
    found = {}
    for at, folders, names in os.walk(folder):
        if at == folder and "shards" in folders:
            # A merge keeps its inputs, a sweep does not.
            folders.remove("shards")
        for name in names:
            path = os.path.join(at, name)
            if not name.startswith("."):
                found[os.path.relpath(path, folder)] = path
    return found


def main():
    program = os.path.abspath(sys.argv[1])
    here = os.path.dirname(os.path.abspath(__file__))
    driver_script = os.path.join(here, "..", "cluster", "sweep_dask.py")
    with tempfile.TemporaryDirectory() as work:
        experiment = os.path.join(work, "kill.toml")
        with open(experiment, "w") as out:
            out.write(EXPERIMENT)
        serial, spread = os.path.join(work, "serial"), os.path.join(work, "spread")
        subprocess.run([program, "--quiet", "sweep", experiment, "--out", serial, "-j", "1"], check=True,
                       stdout=subprocess.DEVNULL)

        command = [sys.executable, driver_script, experiment, "--out", spread, "--workers", "2", "--autopolis", program]
        driver = psutil.Popen(command, stdout=subprocess.DEVNULL)
        began, killed = time.monotonic(), 0
        while driver.poll() is None:
            if time.monotonic() - began > LIMIT_S:
                kill_tree(driver)
                sys.exit(f"the driver did not end within {LIMIT_S} s")
            shards = os.path.join(spread, "shards")
            there = sum(os.path.exists(os.path.join(shards, s, "done.json")) for s in os.listdir(shards)) \
                if os.path.isdir(shards) else 0
            workers = workers_of(driver)
            if not killed and there >= 2 and len(workers) == 2:
                killed = kill_tree(workers[0])
                print(f"killed a worker and its children ({killed} processes) after {there} shards")
            time.sleep(0.02)
        if driver.returncode != 0:
            sys.exit(f"the driver ended with {driver.returncode}")
        if not killed:
            sys.exit("no worker was killed: the sweep ended too soon for this test")

        one, other = files(serial), files(spread)
        if one.keys() != other.keys():
            sys.exit(f"other files: {sorted(one.keys() ^ other.keys())}")
        different = [name for name in sorted(one) if not filecmp.cmp(one[name], other[name], shallow=False)]
        if different:
            sys.exit(f"other bytes: {different}")
        print(f"{len(one)} files are the same bytes as those of a serial sweep")


if __name__ == "__main__":
    main()
