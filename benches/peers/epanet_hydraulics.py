#!/usr/bin/env python3
"""Time of a hydraulic iteration: EPANET 2.3 (PyPI wheel owa-epanet) against autopolis, side by side.

How to run (not part of the test suite; needs PyPI):

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install owa-epanet
    cargo build --release
    /tmp/peer/bin/python benches/peers/epanet_hydraulics.py ky4.inp Net3.inp

Both simulate the same hours of the same INP file to an accuracy of 1e-5 (EPANET also to a head error of 1e-5 ft), every
run from the file's own start. EPANET's time is that of its `EN_runH` and `EN_nextH` alone, called through ctypes on its
own library, opened once; its iterations are the ones it reports. Ours is `solve_ms` of `autopolis solve hydraulics NET.inp
--hours H --repeat N --json`, which includes the same bookkeeping of tanks, controls and time. The two alternate, and
medians are taken: on a busy machine only the ratio means anything.
"""
import argparse
import ctypes
import glob
import json
import os
import statistics
import subprocess
import time

import epanet

# Codes of the toolkit (epanet2_enums.h).
DURATION, ITERATIONS, TRIALS, ACCURACY, HEADERROR = 0, 0, 0, 1, 5
OK_OR_WARNING = 7


class Peer:
    """EPANET on one file, opened once."""

    def __init__(self, path, hours):
        folder = os.path.dirname(epanet.__file__)
        found = glob.glob(os.path.join(folder, "..", "owa_epanet.libs", "libepanet2*"))
        found += glob.glob(os.path.join(folder, "*epanet2*.so*"))
        self.lib = ctypes.CDLL(found[0])
        self.project = ctypes.c_void_p()
        self.call("EN_createproject", ctypes.byref(self.project))
        self.call("EN_open", self.project, path.encode(), os.devnull.encode(), b"")
        self.call("EN_settimeparam", self.project, DURATION, ctypes.c_long(int(hours * 3600)))
        for option, value in ((ACCURACY, 1e-5), (HEADERROR, 1e-5), (TRIALS, 500)):
            self.call("EN_setoption", self.project, option, ctypes.c_double(value))
        self.call("EN_openH", self.project)

    def call(self, name, *arguments):
        code = getattr(self.lib, name)(*arguments)
        if code >= OK_OR_WARNING:
            raise SystemExit(f"{name}: error {code}")

    def once(self):
        """(milliseconds, iterations) of the whole simulation."""
        t, step, value = ctypes.c_long(), ctypes.c_long(1), ctypes.c_double()
        run, following, statistic = self.lib.EN_runH, self.lib.EN_nextH, self.lib.EN_getstatistic
        # 10: flows anew, nothing saved.
        self.call("EN_initH", self.project, 10)
        spent, iterations = 0.0, 0
        while step.value > 0:
            started = time.perf_counter()
            run(self.project, ctypes.byref(t))
            spent += time.perf_counter() - started
            statistic(self.project, ITERATIONS, ctypes.byref(value))
            iterations += int(value.value)
            started = time.perf_counter()
            following(self.project, ctypes.byref(step))
            spent += time.perf_counter() - started
        return 1e3 * spent, iterations


def ours(binary, path, hours, repeat):
    command = [binary, "solve", "hydraulics", path, "--hours", str(hours), "--repeat", str(repeat), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("network", nargs="+", help="INP files")
    parser.add_argument("--binary", default="target/release/autopolis")
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--repeat", type=int, default=20, help="simulations a round")
    parser.add_argument("--rounds", type=int, default=7, help="alternations of the two")
    args = parser.parse_args()
    print(f"{'network':12} {'EPANET ms':>10} {'its':>6} {'us/it':>8} {'ours ms':>10} {'its':>6} {'us/it':>8} {'an iteration':>12} {'whole':>6}")
    for path in args.network:
        peer = Peer(path, args.hours)
        theirs, mine = [], []
        for _ in range(args.rounds):
            times = [peer.once() for _ in range(args.repeat)]
            theirs.append((statistics.median(t for t, _ in times), times[0][1]))
            report = ours(args.binary, path, args.hours, args.repeat + 1)
            mine.append((report["solve_ms"], report["iterations"]))
        a, n = statistics.median(t for t, _ in theirs), theirs[0][1]
        b, m = statistics.median(t for t, _ in mine), mine[0][1]
        name = os.path.basename(path).removesuffix(".inp")
        print(f"{name:12} {a:10.3f} {n:6} {1e3 * a / n:8.2f} {b:10.3f} {m:6} {1e3 * b / m:8.2f} {(b / m) / (a / n):12.2f} {b / a:6.2f}")


if __name__ == "__main__":
    main()
