"""What a survey has found so far, in sentences; the last is the line for the room."""

import statistics

import pandas as pd

from helpers.interlaboratory import of_study
from helpers.nondeterminism import cudnn_verdict, probing, switch_costs
from helpers.nondeterminism.same_seed_runs import first_parting


def sentences(about, protocol, known, counts, study):
    """A list of sentences, made of what is known.

    about  : dict of fingerprint and device; known : dict of part → Rows
    counts : whole repetitions by arm; study : folder of the arms' ledger
    """
    where = probing.where(about["fingerprint"], about["device"])
    told = [f"{where}; protocol {protocol.name}."]
    for name, tell in _TOLD.items():
        rows = known[name]
        if rows.known:
            told += tell(pd.DataFrame(rows.known))
        if not rows.whole:
            told.append(f"The part {name} is not whole yet: the same command goes on with it.")
    if any(counts.values()):
        line = of_study.of_folder(study)
        told += [_arm(arm) for arm in line.arms]
        told += [f"Each was trained for {_trained(protocol)}.", of_study.line(study)]
    return told


def _paper_step(found):
    row = found.iloc[0]
    if not row["fits"]:
        yield f"PAPER's step did not fit in {row['cap_mib']:,} MiB: {row['said']}"
        return
    yield (
        f"PAPER's step {_memory(row)}, {row['on_paper_mib']:,.0f} MiB on paper; "
        f"{row['ms_a_slice']:.1f} ms a slice, {row['tflops']:.3g} TFLOPS, {row['share']:.0%} of "
        "this machine's product of matrices."
    )


def _memory(row):
    if pd.isna(row["gpu_peak_mb"]):
        return f"held a process of {_mib(row['process_peak_mb'])}, uncapped since on a CPU"
    return f"fits in {row['cap_mib']:,} MiB: a GPU's peak of {_mib(row['gpu_peak_mb'])}"


def _mib(megabytes):
    return f"{megabytes / 1.048576:,.0f} MiB"


def _probes(found):
    yield from cudnn_verdict.says(found).splitlines()


def _same_seeds(found):
    parted = first_parting(found)
    for arm, steps in parted.iterrows():
        runs, never = len(steps) + 1, steps.isna().sum()
        where = ", ".join(f"{n:.0f}" for n in sorted(steps.dropna()))
        yield (
            f"{runs} same-seed trainings under {arm}: {never} of {runs - 1} stay with the first "
            f"for {found['step'].max()} steps{f'; others part in step {where}' if where else ''}."
        )


def _switches(found):
    table = switch_costs.joined(found.to_dict("records"))
    for row in table.dropna(subset="distinct").itertuples():
        yield (
            f"{row.setting}: {row.distinct:.0f} different of {row.runs}, {row.ms_median:.1f} ms a "
            f"step, {row.ratio:.2f} ({row.ratio_low:.2f} to {row.ratio_high:.2f}) of nothing's."
        )


def _arm(arm):
    medians = arm.medians
    if arm.runs == 1:
        return f"{arm.arm}: one repetition, beside no other: median DSC {medians[0]:.2f} %."
    spread = f", SD {statistics.stdev(medians):.3f} points" if len(medians) > 1 else ""
    return (
        f"{arm.arm}: {arm.distinct} different of {arm.runs} repetitions, run medians of DSC from "
        f"{min(medians):.2f} to {max(medians):.2f} %{spread}."
    )


def _trained(p):
    return f"{p.epochs} epochs of mini-batches of {p.batch}, {p.folds} folds of {p.patients}"


_TOLD = {
    "paper_step": _paper_step,
    "probes": _probes,
    "same_seeds": _same_seeds,
    "switches": _switches,
}
