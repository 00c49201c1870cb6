"""What a right answer to each exercise is: computed from what the notebook has, by another way.

A rule takes an answer and returns whether it is right. Its docstring is the hint that a learner
reads. Whatever it raises means that the answer is of the wrong kind.
"""

import itertools
import math

import numpy as np
from scipy import stats

from helpers.imaging import dsc, slices
from helpers.lesions import candidates
from helpers.nondeterminism import riddle
from helpers.statistics import decision, planning, simulation


def three_results(value):
    """Three numbers, one of which is far larger than the others. Two that nearly cancel help:
    begin with (1e16, 1, -1e16), and move one of them."""
    one, two, three = map(float, value)
    results = {(a + b) + c for a, b, c in itertools.permutations((one, two, three))}
    return len(results) == 3


def lesion_millilitres(value, volume, lesion):
    """How many voxels of the lesion are True, and how large is one? A millilitre is 1,000 mm³."""
    voxels = sum(1 for voxel in lesion.ravel() if voxel)
    return _close(value, voxels * math.prod(map(float, volume.spacing)) / 1000)


def in_order(value, shuffled):
    """Ask where the smallest height is, then the next: these places, in this order, are the
    answer, and not the heights themselves."""
    heights = [shuffled[place] for place in value]
    return len(heights) == len(shuffled) and heights == sorted(shuffled)


def dice(value, truth, drawn):
    """Count the pixels that both have, twice; divide by those of one plus those of the other; make
    it a percentage."""
    both = sum(1 for a, b in zip(truth.ravel(), drawn.ravel(), strict=True) if a and b)
    return _close(value, 100 * 2 * both / (int(truth.sum()) + int(drawn.sum())), 0.006)


def finer_ceiling(value, volume, mask, grid):
    """Prepare the patient's slices with the finer grid first, and give the same grid when you
    send them there and back."""
    return _close(value, dsc.round_trip_ceiling(slices.prepare(volume, mask, grid), grid))


def on_both_sides(value, persons, folds):
    """Of each fold, take the files whose person has another file outside it, and count them all.
    A person with both files in one fold is not among them."""
    known = 0
    for held_out in folds:
        trained = {person for file, person in persons.items() if file not in held_out}
        known += sum(1 for file in held_out if persons[file] in trained)
    return value == known


def weights_of(value, model):
    """Every weight counts, those of batch normalisation too: the network can count them for you."""
    return value == sum(array.size for array in model.get_weights())


def moved(value, other, here):
    """First the mean of each training over its patients, then the difference: other less here. The
    other training is of another arm, in repetition 1: repetition 0 draws the seeds that you had."""
    same = sorted(other) == sorted(here) and other != here
    means = (math.fsum(found.values()) / len(found) for found in (other, here))
    return same and _close(value, next(means) - next(means))


def suffers_most(value, table):
    """For each patient the highest DSC less the lowest, in the rows of that arm alone. Which
    patient has the largest? The answer is a name."""
    rows = table[table["arm"] == "seeds"]
    found = {name: of["dsc_percent"].to_numpy() for name, of in rows.groupby("patient")}
    ranges = {name: values.max() - values.min() for name, values in found.items()}
    return math.isclose(ranges[value], max(ranges.values()))


def wrong_in_pairs(value, truth):
    """Simulate runs of which none is better, and read the rate of Wilcoxon with two runs over
    patients. It is a fraction."""
    tables = simulation.simulate(truth, rng=20, tables=1000)
    pairs = tables[:, 1] - tables[:, 0]
    rate = float(np.mean(stats.wilcoxon(pairs, axis=-1).pvalue < 0.05))
    return abs(float(value) - rate) < 0.06


def runs_needed(value, sd, margin):
    """Ask for the number of runs, not for the power: None where no number that was tried is
    enough."""
    enough = (n for n in range(2, 1001) if planning.verdict_power(sd, n, margin) >= 0.8)
    return value == next(enough, None)


def trainings_needed(value, difference, sd, risk):
    """The mean of several trainings scatters less than one. How many of each method, until the
    worse one is taken as seldom as that?"""
    chance = decision.chance_of_the_worse
    return value == next(n for n in itertools.count(1) if chance(difference, sd, n) <= risk)


def two_terms(value):
    """Give the number of terms as the line above the cell has it, and keep both counts."""
    again = riddle.measure("nothing", riddle.add_products, {"terms": 2}, calls=5)
    return tuple(value) == again


def doubling(value, steps, distances):
    """Fit the rate from step 10 to step 30 alone; the answer is in steps, not in percent."""
    inside = [(s, d) for s, d in zip(steps, distances, strict=True) if 10 <= s <= 30 and d > 0]
    rate = stats.linregress([s for s, _ in inside], [math.log(d) for _, d in inside]).slope
    return _close(value, math.log(2) / rate if rate > 0 else math.inf)


def kinds(value, lines, name):
    """Each line has a machine, and a machine tells its property by name. Put them into a set."""
    seen = []
    for line in lines:
        seen += [line.machine[name]] if line.machine[name] not in seen else []
    return value == len(seen)


def s_R_of_some(value, results):
    """Make a room of the chosen lines first, then summarise it as the whole room was."""
    free, means = sum(len(runs) - 1 for runs in results), [np.mean(runs) for runs in results]
    within = sum(float(np.sum((np.array(runs) - np.mean(runs)) ** 2)) for runs in results)
    if not within:  # each machine repeats itself, and counts once
        return _close(value, float(np.std(means, ddof=1)))
    n, labs = sum(map(len, results)), len(results)
    mean = math.fsum(sum(runs) for runs in results) / n
    between = sum(len(runs) * (m - mean) ** 2 for runs, m in zip(results, means, strict=True))
    size = (n - sum(len(runs) ** 2 for runs in results) / n) / (labs - 1)
    s_r2 = within / free
    s_L2 = max(0.0, (between / (labs - 1) - s_r2) / size)
    return _close(value, math.sqrt(s_r2 + s_L2))


def lesions_found(value, mean, breast, affine, lesion):
    """Find the candidates first; of each ask which lesion it is. A lesion counts once, and 0 is
    none."""
    seen = []
    for one in candidates.find(mean, breast, affine, 0.5):
        number = candidates.lesion_of(one, lesion)
        seen += [number] if number and number not in seen else []
    return value == len(seen)


def still_possible(value, patients):
    """The upper bound of a share, one-sided, where the count is 0. It is a fraction."""
    return _close(value, 1 - 0.05 ** (1 / patients))


def _close(value, answer, within=1e-6):
    return math.isclose(float(value), answer, rel_tol=within, abs_tol=1e-9)


RULES = {
    rule.__name__: rule
    for rule in (
        three_results,
        lesion_millilitres,
        in_order,
        dice,
        finer_ceiling,
        on_both_sides,
        weights_of,
        moved,
        suffers_most,
        wrong_in_pairs,
        runs_needed,
        trainings_needed,
        two_terms,
        doubling,
        kinds,
        s_R_of_some,
        lesions_found,
        still_possible,
    )
}
