#!/usr/bin/env python3
"""Carries out a sweep on Dask workers: plan, shards on the workers, merge.

    python cluster/sweep_dask.py EXPERIMENT.toml --out DIR --workers 2
    python cluster/sweep_dask.py EXPERIMENT.toml --out DIR --scheduler tcp://head:8786

The folder DIR must be seen under the same path by all workers (a shared file system), and so must the program. The
merged tables are, byte for byte, those of `autopolis sweep` on one core: a shard is a pure function of plan, number and
program, so that a worker may die at any moment, a shard may run twice, and a second start goes on where the first ended.

Exit codes are those of `autopolis`: 0, 1 a run failed, 3 invalid input, 4 shards missing, 5 results that do not match;
130 interrupted, with all finished shards kept.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from distributed import Client, LocalCluster, as_completed

# How often a shard is tried again on another worker after its worker died or the program was killed.
RETRIES = 3


def run_shard(program, folder, shard):
    """Runs one shard in a process of its own; returns its exit code and what it said."""
    command = [program, "--quiet", "shard", folder, str(shard)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    message = done.stderr.strip() or f"shard {shard} ended with {done.returncode}"
    if done.returncode < 0 or done.returncode == 130:
        # Killed from outside (out of memory, a node that goes down): an exception makes Dask try again elsewhere.
        raise ConnectionError(message)
    return done.returncode, message


def arguments():
    parser = argparse.ArgumentParser(description="A sweep of autopolis on Dask workers.")
    parser.add_argument("experiment", help="experiment file, or a built-in experiment's name")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results, seen by all workers")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N",
                        help="workers on this machine, one run at a time each [default: its cores]")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler; then no worker is started here")
    parser.add_argument("--autopolis", default="autopolis", metavar="FILE", help="the program, as the workers find it")
    parser.add_argument("--keep-going", action="store_true", help="go on with the other shards when one failed")
    return parser.parse_args()


def call(command):
    """Runs a step of the program on this machine, its messages passed on; returns what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout


def tell(text):
    print(text, file=sys.stderr, flush=True)


def drive(client, asked, folder, shards):
    """Has all shards run; returns the exit code of the worst that failed."""
    began, last, failed = time.monotonic(), 0.0, 0
    futures = [
        # Not pure: the same call may have to be made again after its result was lost with a worker.
        client.submit(run_shard, asked.autopolis, folder, shard, retries=RETRIES, pure=False, key=f"shard-{shard}")
        for shard in range(shards)
    ]
    for finished, future in enumerate(as_completed(futures), start=1):
        code, message = (1, str(future.exception())) if future.status == "error" else future.result()
        if code != 0:
            failed = max(failed, code)
            tell(message)
            if not asked.keep_going:
                client.cancel(futures)
                return failed
        gone = time.monotonic() - began
        if gone - last > 2 or finished == shards:
            last = gone
            left = gone / finished * (shards - finished)
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
            tell(f"{finished} of {shards} shards, {workers} workers, {gone:.0f} s gone, {left:.0f} s left")
    return failed


def main():
    asked = arguments()
    folder = os.path.abspath(asked.out)
    if os.sep in asked.autopolis:
        asked.autopolis = os.path.abspath(asked.autopolis)
    planned = json.loads(call([asked.autopolis, "--json", "plan", asked.experiment, "--out", folder]))
    shards = planned["shards"]
    tell(f"{planned['runs']} runs in {shards} shards")
    cluster = None
    if asked.scheduler is None:
        # Processes, not threads: a worker that dies takes one shard with it. No dashboard server: nothing listens outside.
        cluster = LocalCluster(n_workers=asked.workers, threads_per_worker=1, processes=True,
                               dashboard_address=None, host="127.0.0.1")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Client(cluster or asked.scheduler) as client:
            failed = drive(client, asked, folder, shards)
    except KeyboardInterrupt:
        tell("interrupted; the same command goes on from here")
        sys.exit(130)
    finally:
        if cluster is not None:
            cluster.close()
    if failed and not asked.keep_going:
        sys.exit(failed)
    print(call([asked.autopolis, "merge", folder]), end="")
    sys.exit(failed)


if __name__ == "__main__":
    main()
