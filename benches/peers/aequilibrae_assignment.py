#!/usr/bin/env python3
"""Time to a user equilibrium on one core: AequilibraE (bi-conjugate Frank-Wolfe) against autopolis, side by side.

How to run (not part of the test suite; needs PyPI):

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install aequilibrae
    cargo build --release
    /tmp/peer/bin/python benches/peers/aequilibrae_assignment.py ../shared/data/traffic/Chicago-Sketch/ChicagoSketch \\
        --distance-factor 0.04 --toll-factor 0.02

Both read the same `NAME_net.tntp` and `NAME_trips.tntp` and stop at the same relative gap, each measuring its own; reading
and preparing are not counted. AequilibraE's time is that of `TrafficAssignment.execute()` with one core, ours is
`solve_ms` of `autopolis solve assignment --json`. The two alternate, and medians are taken. Processor time is given as well,
for machines with other work to do; ours then includes reading the files.

Whether the answers are equally good is measured as well, and by the same yardstick for both: Beckmann's objective of the
link flows, and the largest imbalance of a node. AequilibraE wants positive times: links without any get 1e-6.
"""
import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
# Its progress bars cost more than small networks do; this turns them off.
os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"
from aequilibrae.matrix import AequilibraeMatrix  # noqa: E402
from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass  # noqa: E402

LEAST_TIME = 1e-6


def tag(text, name):
    return int(re.search(rf"<{name}>\s*(\d+)", text).group(1))


class Case:
    """A network and its trips, from TNTP files."""

    def __init__(self, stem, args):
        text = open(f"{stem}_net.tntp").read()
        self.zones, self.nodes = tag(text, "NUMBER OF ZONES"), tag(text, "NUMBER OF NODES")
        self.through = tag(text, "FIRST THRU NODE")
        body = text.split("<END OF METADATA>")[1]
        rows = [line.split("~")[0].replace(";", " ").split() for line in body.splitlines()]
        table = np.array([[float(x) for x in row[:9]] for row in rows if len(row) >= 9])
        self.a, self.b = table[:, 0].astype(int), table[:, 1].astype(int)
        self.capacity, length, self.time, self.bpr_b, self.power, _, toll = table[:, 2:9].T
        self.fixed = args.distance_factor * length + args.toll_factor * toll
        text = open(f"{stem}_trips.tntp").read().split("<END OF METADATA>")[1]
        self.trips = np.zeros((self.zones, self.zones))
        for block in re.split(r"origin", text, flags=re.I)[1:]:
            origin, entries = re.match(r"\s*(\d+)(.*)", block, re.S).groups()
            for to, flow in re.findall(r"(\d+)\s*:\s*([-+.\deE]+)", entries):
                self.trips[int(origin) - 1, int(to) - 1] = float(flow) * args.demand_factor
        np.fill_diagonal(self.trips, 0.0)

    def objective(self, flow):
        grown = np.where(self.bpr_b > 0, self.bpr_b / (self.power + 1) * (flow / self.capacity) ** self.power, 0.0)
        return float(np.sum(flow * (self.time * (1 + grown) + self.fixed)))

    def imbalance(self, flow):
        net = np.zeros(self.nodes + 1)
        np.add.at(net, self.b, flow)
        np.add.at(net, self.a, -flow)
        net[1:self.zones + 1] += self.trips.sum(1) - self.trips.sum(0)
        return float(np.abs(net).max())


class Peer:
    """AequilibraE on one case."""

    def __init__(self, case, gap, most):
        links = pd.DataFrame({
            "link_id": np.arange(1, len(case.a) + 1), "a_node": case.a, "b_node": case.b, "direction": 1,
            "capacity": case.capacity, "free_flow_time": np.maximum(case.time, LEAST_TIME),
            "b": case.bpr_b, "power": np.maximum(case.power, 1.0), "fixed": case.fixed})
        self.graph = Graph()
        self.graph.network = links
        index = np.arange(1, case.zones + 1)
        self.graph.prepare_graph(index)
        self.graph.set_graph("free_flow_time")
        self.graph.set_skimming([])
        self.graph.set_blocked_centroid_flows(case.through > 1)
        self.matrix = AequilibraeMatrix()
        self.matrix.create_empty(zones=case.zones, matrix_names=["trips"], memory_only=True)
        self.matrix.matrix["trips"][:, :] = case.trips
        self.matrix.index[:] = index
        self.matrix.computational_view(["trips"])
        self.gap, self.most = gap, most

    def once(self):
        """(seconds, processor seconds, relative gap it reports, iterations, link flows)."""
        cars = TrafficClass("car", self.graph, self.matrix)
        cars.set_fixed_cost("fixed")
        work = TrafficAssignment()
        work.set_classes([cars])
        work.set_vdf("BPR")
        work.set_vdf_parameters({"alpha": "b", "beta": "power"})
        work.set_capacity_field("capacity")
        work.set_time_field("free_flow_time")
        work.set_algorithm("bfw")
        work.set_cores(1)
        work.max_iter, work.rgap_target = self.most, self.gap
        start, start_cpu = time.perf_counter(), time.process_time()
        work.execute()
        seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
        report = work.assignment.convergence_report
        flows = work.results()["PCE_AB"].fillna(0.0).to_numpy()
        return seconds, cpu, report["rgap"][-1], report["iteration"][-1], flows


def ours(args, stem, out):
    command = [args.binary, "solve", "assignment", f"{stem}_net.tntp", f"{stem}_trips.tntp", "--gap", str(args.gap),
               "--demand-factor", str(args.demand_factor), "--distance-factor", str(args.distance_factor),
               "--toll-factor", str(args.toll_factor), "--repeat", str(args.repeat), "--out", out, "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu = (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before) / args.repeat
    return json.loads(done.stdout), cpu, pd.read_csv(f"{out}/flows.csv")["flow"].to_numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stem", nargs="+", help="path of the TNTP files without _net.tntp")
    parser.add_argument("--binary", default="target/release/autopolis")
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--demand-factor", type=float, default=1.0)
    parser.add_argument("--distance-factor", type=float, default=0.0)
    parser.add_argument("--toll-factor", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=1, help="alternations of the two")
    parser.add_argument("--repeat", type=int, default=3, help="our solves a round")
    parser.add_argument("--max-iterations", type=int, default=5000, help="of AequilibraE")
    args = parser.parse_args()
    print(f"relative gap {args.gap:g}, one core, load of the machine {os.getloadavg()[0]:.1f}")
    for stem in args.stem:
        case = Case(stem, args)
        peer = Peer(case, args.gap, args.max_iterations)
        theirs, mine, their_cpu, my_cpu = [], [], [], []
        for _ in range(args.rounds):
            seconds, cpu, gap, iterations, flows = peer.once()
            theirs.append(seconds)
            their_cpu.append(cpu)
            with tempfile.TemporaryDirectory() as out:
                report, cpu, our_flows = ours(args, stem, out)
            my_cpu.append(cpu)
            mine.append(report["solve_ms"] / 1e3)
        a, m = statistics.median(theirs), statistics.median(mine)
        print(os.path.basename(stem))
        a_cpu, m_cpu = statistics.median(their_cpu), statistics.median(my_cpu)
        rows = (("AequilibraE", a, a_cpu, gap, iterations, flows),
                ("autopolis", m, m_cpu, report["gap"], report["iterations"], our_flows))
        for name, took, cpu, reached, steps, flow in rows:
            print(f"  {name:12} {took:9.3f} s ({cpu:.3f} s of a processor)  gap {reached:.2e}  {int(steps):5} iterations  "
                  f"objective {case.objective(flow):.6f}  imbalance {case.imbalance(flow):.1e}")
        print(f"  ratio {a / m:.1f} ({a_cpu / m_cpu:.1f} in processor time)")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
