"""The tables of a report: what a reader wants to see first, and where the scatter comes from."""

import pandas as pd


def overview(found):
    """One row an arm of a summary (dict of arm → dict): what a reader wants to see first."""
    rows = [
        {
            "arm": arm,
            "runs": n["runs"],
            "distinct results": n["distinct_digests"] or "not recorded",
            "run medians of DSC (%)": f"{min(n['medians']):.2f} to {max(n['medians']):.2f}",
            "ceilings of DSC (%)": _ceilings(n["ceiling_percent"]),
            "intervals overlap": {True: "yes", False: "no", None: "unknown"}[n["overlap"]],
            "SD of run medians (points)": _decimals(n["run_sd"]),
            "RC, upper bound (points)": _decimals(n["rc_upper"]),
            "verdict": n["verdict"],
        }
        for arm, n in found.items()
    ]
    return pd.DataFrame(rows)


def variances(found):
    """One row an arm: variance components (points²), ICC(A,1) and SDs (points); may be empty."""
    rows = [
        {"arm": arm}
        | {name.replace("_", " × "): _decimals(v) for name, v in n["components"].items()}
        | {"ICC(A,1)": _decimals(n["icc_a1"])}
        | {"SD within a patient": _decimals(n["within_patient_sd"])}
        | ({"SD of runs / of seeds": _ratio(n)} if "sd_ratio_to_seeds" in n else {})
        for arm, n in found.items()
        if "components" in n
    ]
    return pd.DataFrame(rows)


def _ceilings(numbers):
    if numbers is None:
        return "not recorded"
    low, median, high = numbers
    return f"{low:.2f} to {high:.2f}, median {median:.2f}"


def _decimals(value):
    return "–" if value is None else f"{value:.3f}"


def _beside_one(bound):
    """A bound of a ratio, with as many decimals as keep it on its side of 1."""
    return f"{bound:.2f}" if round(bound, 2) != 1 else f"{bound:.3f}"


def _ratio(numbers):
    ratio, (low, high) = numbers["sd_ratio_to_seeds"], numbers["sd_ratio_ci"]
    if ratio is None:
        return "–"
    if low == high:
        return f"{ratio:.2f}"
    repeat = "" if numbers["sd_ratio_valid"] else "; not valid, runs repeat"
    return f"{ratio:.2f} ({low:.2f} to {_beside_one(high)}{repeat})"
