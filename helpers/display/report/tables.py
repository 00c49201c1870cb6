"""The tables of a report: what a reader wants to see first, and where the scatter comes from."""

import pandas as pd

from helpers.plain import decimals
from helpers.statistics.summary import better

_OVERLAP = {True: "yes", False: "no", None: "unknown"}


def overview(found):
    """One row an arm of a summary (dict of arm → dict): what a reader wants to see first."""
    rows = [
        {
            "arm": arm,
            "runs": n["runs"],
            "distinct results": n["distinct_digests"] or "not recorded",
            "run medians of DSC (%)": f"{min(n['medians']):.2f} to {max(n['medians']):.2f}",
            "ceilings of DSC (%)": _ceilings(n["ceiling_percent"]),
            "intervals overlap": _OVERLAP[n["overlap"]] if n["runs"] > 1 else "–",
            "SD of run medians (points)": decimals(better(n)["run_sd"]),
            "RC, upper bound (points)": decimals(better(n)["rc_upper"]),
            "verdict": n["verdict"],
            "rests on": n["rests_on"],
        }
        for arm, n in found.items()
    ]
    return pd.DataFrame(rows)


def variances(found):
    """One row an arm: variance components (points²), ICC(A,1) and SDs (points); may be empty."""
    rows = [
        {"arm": arm}
        | {name.replace("_", " × "): decimals(v) for name, v in n["components"].items()}
        | {"ICC(A,1)": decimals(n["icc_a1"])}
        | {"SD within a patient": decimals(n["within_patient_sd"])}
        | ({"SD of runs / of seeds": _ratio(n)} if "sd_ratio_to_seeds" in n else {})
        for arm, n in found.items()
        if "components" in n
    ]
    return pd.DataFrame(rows)


def estimates(found):
    """Two rows an arm, of the run medians and means: SD and RC from runs and recombined, points.

    Empty where no arm has recombined runs.
    """
    rows = [
        {"arm": arm, "of the runs'": of}
        | {"runs": n["runs"], "SD": _bounded(one), "RC, upper bound": decimals(one["rc_upper"])}
        | _recombined(one["recombined"], n if of == "medians" else {})
        for arm, n in found.items()
        for of, one in (("medians", n), ("means", n.get("of_means", {})))
        if one.get("recombined")
    ]
    return pd.DataFrame(rows)


def failures(found):
    """One row an arm: trainings, how many failed and how, share with its exact interval."""
    rows = [
        {
            "arm": arm,
            "trainings": f["trainings"],
            "distinct": f["distinct"],
            "lost": f["lost"],
            "did not learn": f["unlearned"],
            "failed (%)": f"{100 * f['share']:.1f} ({_percent(f['share_ci'])})",
            "largest loss (points)": f"{f['worst']:.1f}",
        }
        for arm, f in ((arm, n["failures"]) for arm, n in found.items() if "failures" in n)
    ]
    return pd.DataFrame(rows)


def repetitions(strip):
    """One row a repetition: its median DSC with the 95 % interval, as the paper's table has it.

    strip : columns repetition, median, lower, upper in %
    """
    rows = [
        {
            "repetition": str(one.repetition),
            "median DSC (%)": f"{one.median:.2f}",
            "95 % interval": "–" if pd.isna(one.lower) else f"{one.lower:.2f} to {one.upper:.2f}",
        }
        for one in strip.itertuples()
    ]
    return pd.DataFrame(rows)


def _recombined(one, numbers):
    shared = "–" if one["shared_p"] is None else f"{one['shared_p']:.2g}"
    ratio, bounds = numbers.get("recombined_ratio_to_seeds"), numbers.get("recombined_ratio_ci")
    return {
        "recombined SD": _bounded(one),
        "recombined RC, upper bound": decimals(one["rc_upper"]),
        "worth runs": "–" if one["worth"] is None else f"{one['worth']:.0f}",
        "p of sharing": shared,
        "recombined SD / of seeds": "–" if ratio is None else _within(ratio, bounds),
    }


def _bounded(one):
    low, high = one["run_sd_ci"]
    if low is None or low == high:
        return decimals(one["run_sd"])
    return f"{decimals(one['run_sd'])} ({decimals(low)} to {decimals(high)})"


def _percent(bounds):
    return " to ".join(f"{100 * bound:.1f}" for bound in bounds)


def _ceilings(numbers):
    if numbers is None:
        return "not recorded"
    low, median, high = numbers
    return f"{low:.2f} to {high:.2f}, median {median:.2f}"


def _beside_one(bound):
    """A bound of a ratio, with as many decimals as keep it on its side of 1."""
    return decimals(bound, 2) if round(bound, 2) != 1 else f"{bound:.3f}"


def _ratio(numbers):
    ratio, (low, high) = numbers["sd_ratio_to_seeds"], numbers["sd_ratio_ci"]
    if ratio is None:
        return "–"
    repeat = "" if numbers["sd_ratio_valid"] else "; not valid, runs repeat"
    return _within(ratio, (low, high), repeat)


def _within(ratio, bounds, doubt=""):
    low, high = bounds
    told = decimals(ratio, 2)
    return told if low == high else f"{told} ({decimals(low, 2)} to {_beside_one(high)}{doubt})"
