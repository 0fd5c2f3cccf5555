#!/usr/bin/env python3
"""Warm AC power-flow time: lightsim2grid (KLU) against autopolis, side by side.

How to run (not part of the test suite; needs PyPI):

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install lightsim2grid pandapower matpowercaseframes
    cargo build --release
    /tmp/peer/bin/python benches/peers/lightsim2grid_power_flow.py case118.m case1354pegase.m

Both read the same MATPOWER file and solve it from the file's own start voltages to 1e-8 pu, over and over, keeping
nothing but the symbolic analysis. lightsim2grid's faster Newton-Raphson (`NRSing_KLU`, single slack) is called through its
`LSGrid.ac_pf`, and the time compared is the one it measures inside its C++ for the algorithm alone
(`get_computation_time`): neither the call from Python nor its branch flows count. Ours is `solve_ms` of
`autopolis solve power-flow CASE --repeat N --json`. The two alternate, and medians are taken. Where the numbers of
Newton steps differ (stopping rules differ in the last digits), the ratio a step is the fair one; it is printed as well.

Cases whose files convert units after the matrices (case33bw) are refused: this reader does not run Octave.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
from lightsim2grid.algorithm import AlgorithmType  # noqa: E402
from lightsim2grid.network import init_from_matpower  # noqa: E402

TOLERANCE_PU = 1e-8
MAX_ITERATIONS = 20


class Peer:
    """lightsim2grid on one case, analysed once."""

    def __init__(self, path):
        text = re.sub(r"%[^\n]*", "", open(path).read())
        if re.search(r"mpc\.\w+\(", text):
            sys.exit(f"{path}: the file computes on its matrices; not readable here")
        body = re.search(r"mpc\.bus\s*=\s*\[(.*?)\]\s*;", text, re.S).group(1)
        bus = np.array([[float(x) for x in row.replace(",", " ").split()]
                        for row in re.split(r"[;\n]", body) if row.strip()])
        # lightsim2grid divides the tolerance by the base, so it is given in MVA.
        self.tolerance_mva = TOLERANCE_PU * float(re.search(r"mpc\.baseMVA\s*=\s*([\d.eE+]+)", text).group(1))
        self.start = bus[:, 7] * np.exp(1j * np.deg2rad(bus[:, 8]))
        self.grid = init_from_matpower(path)
        self.grid.change_algorithm(AlgorithmType.NRSing_KLU)
        self.once()

    def once(self):
        """(seconds of the algorithm, seconds of ac_pf with flows), both as measured inside."""
        found = self.grid.ac_pf(self.start.copy(), MAX_ITERATIONS, self.tolerance_mva)
        if not len(found):
            sys.exit("lightsim2grid did not converge")
        return self.grid.get_computation_time(), self.grid.timer_last_ac_pf

    def median_ms(self, repeat):
        times = [self.once() for _ in range(repeat)]
        return tuple(1e3 * statistics.median(part) for part in zip(*times))

    def iterations(self):
        return self.grid.get_algo().get_nb_iter()


def ours(binary, path, repeat):
    done = subprocess.run([binary, "solve", "power-flow", path, "--repeat", str(repeat), "--json"],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("case", nargs="+", help="MATPOWER case files")
    parser.add_argument("--binary", default="target/release/autopolis")
    parser.add_argument("--repeat", type=int, default=300, help="solves a round")
    parser.add_argument("--rounds", type=int, default=5, help="alternations of the two")
    parser.add_argument("--peer-only", action="store_true", help="time lightsim2grid alone")
    args = parser.parse_args()
    print(f"{'case':18} {'lightsim2grid ms':>16} {'(with flows)':>12} {'autopolis ms':>12} {'ratio':>6} {'a step':>7}  steps")
    for path in args.case:
        peer = Peer(path)
        algorithm, with_flows, mine, report = [], [], [], None
        for _ in range(args.rounds):
            a, b = peer.median_ms(args.repeat)
            algorithm.append(a)
            with_flows.append(b)
            if not args.peer_only:
                report = ours(args.binary, path, args.repeat)
                mine.append(report["solve_ms"])
        a, b = statistics.median(algorithm), statistics.median(with_flows)
        name = os.path.basename(path).removesuffix(".m")
        left = f"{name:18} {a:16.4f} {b:12.4f}"
        if report is None:
            print(f"{left} {'-':>12} {'-':>6} {'-':>7}  {peer.iterations()}")
            continue
        m = statistics.median(mine)
        step = (m / report["iterations"]) / (a / peer.iterations())
        print(f"{left} {m:12.4f} {m / a:6.2f} {step:7.2f}  {peer.iterations()} / {report['iterations']}")


if __name__ == "__main__":
    main()
