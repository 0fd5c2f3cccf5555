"""Writes reference.json: statistics of fixed samples by scipy, numpy and statsmodels, for tests/val_statistics.rs.

    python make_reference.py        (scipy 1.17, numpy 2, statsmodels 0.15)

The bootstrap is scipy's own, with its draw of indices replaced by the counter-based one that the test uses, so that
both see the same resamples and must give the same interval, not merely a near one.
"""

import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import stats
from scipy.stats import _resampling
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

MASK = (1 << 64) - 1
RESAMPLES = 1999
CONFIDENCE = 0.95


def mix(seed, key, counter):
    """engine::chance::mix."""
    z = seed ^ (((key << 17) | (key >> 47)) & MASK) ^ ((counter * 0x9E3779B97F4A7C15) & MASK)
    for _ in range(2):
        z = (z + 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
    return z


def same_resamples(sample, n_resamples=None, rng=None, *, xp):
    n = sample.shape[-1]
    draws = [(mix(7, n, k) * n) >> 64 for k in range(n_resamples * n)]
    return sample[..., np.array(draws).reshape(n_resamples, n)]


_resampling._bootstrap_resample = same_resamples


def shortfall(sample, level):
    """Mean of the worst (highest) 1 - level, the last number in part: the quantile function integrated."""
    x = np.sort(sample)
    edges = np.arange(len(x) + 1) / len(x)
    weight = np.diff(np.clip(edges, level, 1.0))
    return float(np.sum(weight * x) / (1.0 - level))


def interval(found):
    ci = found.confidence_interval
    # Where leaving any one number out changes nothing there is no acceleration, and scipy gives no interval.
    return None if np.isnan(ci.low) else [float(ci.low), float(ci.high)]


def case(name, d):
    d = np.array(d, dtype=float)
    n = len(d)
    rank = stats.wilcoxon(d)
    t = stats.ttest_1samp(d, 0.0)
    span = t.confidence_interval(CONFIDENCE)
    nonzero = d[d != 0]
    ranks = stats.rankdata(np.abs(nonzero))
    boots = {}
    for label, statistic in [("mean", np.mean), ("median", np.median)]:
        for method in ["percentile", "BCa"]:
            found = stats.bootstrap((d,), statistic, n_resamples=RESAMPLES, method=method, vectorized=True,
                                    confidence_level=CONFIDENCE, batch=RESAMPLES)
            boots[f"{label}_{method.lower()}"] = interval(found)
    df = n - 1
    hedges = np.mean(d) / np.std(d, ddof=1) * np.exp(
        scipy.special.gammaln(df / 2) - scipy.special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    return {
        "name": name,
        "differences": d.tolist(),
        "mean": float(np.mean(d)),
        "sd": float(np.std(d, ddof=1)),
        "quantiles": {str(p): float(np.quantile(d, p)) for p in [0.0, 0.05, 0.25, 0.5, 0.9, 1.0]},
        "wilcoxon_statistic": float(rank.statistic),
        "wilcoxon_p": float(rank.pvalue),
        "t": float(t.statistic),
        "t_p": float(t.pvalue),
        "t_interval": [float(span.low), float(span.high)],
        "rank_biserial": float((ranks[nonzero > 0].sum() - ranks[nonzero < 0].sum()) / ranks.sum()),
        "hedges_dz": float(hedges),
        "shortfall": {str(a): shortfall(d, a) for a in [0.0, 0.5, 0.9, 0.95]},
        "bootstrap": boots,
    }


def main():
    rng = np.random.default_rng(20261124)
    skewed = np.round(rng.lognormal(1.0, 1.2, 40) - 2.0, 6)
    outages = np.where(rng.random(120) < 0.4, 0.0, np.round(rng.normal(0.3, 1.5, 120), 1))
    cases = [
        case("plain, exact", np.round(rng.normal(0.4, 1.0, 12), 6)),
        case("skewed, exact", skewed),
        case("fifty without ties", np.round(rng.normal(0.2, 1.0, 50), 9)),
        case("fifty-one without ties", np.round(rng.normal(0.2, 1.0, 51), 9)),
        case("ties, all signs", [1, 1, -1, 2, 3, 3, -2, 4]),
        case("zeros, all signs", [0, 0, 1.5, -0.5, 2.5, 3.5, 4.5, 0, 5.5, -6.5, 7.5, 8.5, 9.5]),
        case("ties and zeros", np.round(rng.normal(0.5, 2.0, 30))),
        case("ties, balanced", [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8, -8]),
        case("zero-inflated with ties", outages),
        case("one sign", [3.0, 1.0, 4.0, 1.5, 9.0, 2.0, 6.0, 5.0]),
    ]
    families = [
        [0.01, 0.04, 0.03, 0.005, 0.5],
        [0.2, 0.2, 0.9, 1.0],
        [1e-12, 0.0, 0.049, 0.05, 0.051, 0.3],
    ]
    holm = [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in families]
    power = []
    for n in [10, 20, 30, 200]:
        for alpha in [0.05, 0.05 / 36]:
            effect = TTestPower().solve_power(nobs=n, alpha=alpha, power=0.8)
            power.append({"pairs": n, "alpha": alpha, "effect": float(effect)})
    quantiles = {
        "normal": [[p, float(stats.norm.ppf(p))] for p in [1e-6, 0.025, 0.3, 0.8, 0.975]],
        "student": [[p, df, float(stats.t.ppf(p, df))]
                    for p in [0.025, 0.8, 0.9993055555555556] for df in [1, 4, 29, 199]],
    }
    reference = {
        "made_with": {"scipy": scipy.__version__, "numpy": np.__version__, "statsmodels": statsmodels.__version__},
        "resamples": RESAMPLES,
        "confidence": CONFIDENCE,
        "cases": cases,
        "holm": holm,
        "power": power,
        "quantiles": quantiles,
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=1) + "\n")


if __name__ == "__main__":
    main()
