#!/usr/bin/env bash
# Prints the tables of figures in README.md as Markdown: the controllers on every built-in scenario, and time and memory by
# size of city. Needs a release build and GNU time; takes a few minutes and 2 GB of disk under a temporary folder.
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

# timed COMMAND...: seconds of wall clock and megabytes at the most, in $seconds and $megabytes.
timed() {
    /usr/bin/time -o time.txt -f '%e %M' "$@" >log.txt 2>&1 || { cat log.txt; return 1; }
    read -r seconds megabytes <time.txt
    megabytes=$((megabytes / 1024))
}

echo '| scenario | controller | peak MW | not served MWh | SAIDI min | most customers out | failures | CO2 t |'
echo '|---|---|---|---|---|---|---|---|'
for scenario in calm-day storm heat-wave heat-wave-transformer-loss; do
    for controller in none rules; do
        timed "$autopolis" run "$scenario" --controller "$controller" --no-charts --out run --force
        printf '| %s | %s |' "$scenario" "$controller"
        for key in peak_mw ens_mwh saidi_min max_customers_out asset_failures co2_t; do
            printf ' %s |' "$(metric run "$key")"
        done
        echo
    done
done

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
