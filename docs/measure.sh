#!/usr/bin/env bash
# Prints the tables of figures in README.md as Markdown: the controllers on every built-in scenario and over ten
# seeds of the heat wave, and time and memory by size of city. Needs a release build, GNU time and python3; takes a few
# minutes.
#
#     cargo build --release && bash docs/measure.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
autopolis=$root/target/release/autopolis
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# metric FOLDER KEY: a value of a run's summary, to three significant digits.
metric() {
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1] + "/summary.json"))["metrics"][sys.argv[2]]["value"]
print("n/a" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}")' "$1" "$2"
}

# timed COMMAND...: seconds of processor time and megabytes at the most, in $seconds and $megabytes. A run is one thread,
# so that on an idle machine its processor time is its wall clock.
timed() {
    /usr/bin/time -o time.txt -f '%U %S %M' "$@" >log.txt 2>&1 || { cat log.txt; return 1; }
    local user system kilobytes
    read -r user system kilobytes <time.txt
    seconds=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.2f", u + s }')
    megabytes=$((kilobytes / 1024))
}

echo '| scenario | controller | not served MWh | SAIDI min | on time % | gave up waiting | queued at most | water not served m3 | hot homes person h | excess deaths | CO2 t |'
echo '|---|---|---|---|---|---|---|---|---|---|---|'
for scenario in calm-day transit-disruption storm heat-wave heat-wave-substation-loss; do
    for controller in none rules; do
        timed "$autopolis" run "$scenario" --controller "$controller" --no-charts --out run --force
        printf '| %s | %s |' "$scenario" "$controller"
        for key in ens_mwh saidi_min transit_on_time_pct passengers_abandoned max_vehicles_queued water_unserved_m3 \
            heat_exposure_person_h excess_deaths co2_t; do
            printf ' %s |' "$(metric run "$key")"
        done
        echo
    done
done

echo
echo '| heat-wave, seeds 1 to 10 | none: mean (least, most) | rules: mean (least, most) |'
echo '|---|---|---|'
for seed in {1..10}; do
    for controller in none rules; do
        timed "$autopolis" run heat-wave --controller "$controller" --seed "$seed" --no-charts --out "s-$controller-$seed"
    done
done
python3 -c 'import json
for key in ["peak_mw", "ens_mwh", "saidi_min", "max_customers_out", "asset_failures", "transit_on_time_pct",
            "transit_excess_wait_min", "passengers_abandoned", "water_unserved_m3", "heat_exposure_person_h", "excess_deaths"]:
    cells = [key]
    for controller in ["none", "rules"]:
        runs = [json.load(open(f"s-{controller}-{seed}/summary.json"))["metrics"][key] for seed in range(1, 11)]
        v = [r["value"] for r in runs]
        cells.append("{:.3g} ({:.3g}, {:.3g})".format(sum(v) / len(v), min(v), max(v)) if max(v) < 1000
            else "{:,.0f} ({:,.0f}, {:,.0f})".format(sum(v) / len(v), min(v), max(v)))
    print("| " + " | ".join(cells) + " |")'

echo
echo '| people | buses | drawing s | run s | run MB |'
echo '|---|---|---|---|---|'
for people in 20000 60000 240000 1000000 3000000; do
    timed "$autopolis" new city --population "$people" --seed 1 -o "city-$people"
    drawn=$seconds
    buses=$(($(wc -l <"city-$people/buses.csv") - 1))
    timed "$autopolis" run heat-wave --city "city-$people" --controller rules --no-charts --out run --force
    echo "| $people | $buses | $drawn | $seconds | $megabytes |"
done
