"""How long a network must be trained on the hippocampus, told by other persons than its own.

python benchmarks/plateau.py FOLDER [--protocol my.toml] [--epochs 24] [--learning_rate 1e-2]
    [--draw docs/plateau.png]

FOLDER holds the images/ and labels/ of the Decathlon's Task04. Of the persons that do not ship, as
many are trained on as in a fold, and as many others judged after every epoch, under four seeds.
The protocol's epochs are enough when the median DSC, averaged over the seeds, moves by less than
0.3 points in their last third. Keeps what it measured in build/plateau.
"""

import argparse
import csv
import json
import multiprocessing
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from helpers import protocols
from helpers.imaging import cohort, hippocampus

PLACE = Path(__file__).parent.parent / "build" / "plateau"
SEEDS, STILL = 4, 0.3


def main():
    """Train under each seed, print the curve; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--protocol", default="hippocampus", help="whose epochs are judged")
    parser.add_argument("--draw", type=Path, help="the curve's picture")
    parser.add_argument("--epochs", type=int, help="to look at, of the protocol's or more")
    for field in ("learning_rate", "decay", "momentum"):
        parser.add_argument(f"--{field}", type=float)
    given = vars(parser.parse_args())
    folder, picture = given.pop("folder"), given.pop("draw")
    protocol = protocols.named(given.pop("protocol"))
    last = last_third(protocol)
    other = {field: value for field, value in given.items() if value is not None}
    found = curves(folder, replace(protocol, **other))
    moved = tell(found, *last)
    if picture:
        draw(found, picture, *last)
    return int(moved >= STILL)


def curves(folder, protocol):
    """Median DSC and loss of each epoch under each seed: list of dicts."""
    people = others(folder, 2 * protocol.patients - 2 * (protocol.patients // protocol.folds))
    listed(folder, people)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        found = list(pool.map(train, [protocol] * SEEDS, range(SEEDS)))
    PLACE.joinpath("curves.json").write_text(json.dumps(found))
    return found


def others(folder, count):
    """Files of so many persons of whom no image ships, evenly over the list."""
    with (hippocampus.SHIPPED / "persons.csv").open() as file:
        persons = {row["file"]: row["person"] for row in csv.DictReader(file)}
    shipped = {persons[path.name] for path in (hippocampus.SHIPPED / "images").iterdir()}
    rest = {name: person for name, person in persons.items() if person not in shipped}
    return hippocampus.chosen(rest, count)


def listed(folder, people):
    """Write their list, as a folder of one's own data has it, into ``PLACE``."""
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "cohort.csv").open("w") as file:
        file.write("patient,image,mask\n")
        for name in people:
            image, mask = (folder.resolve() / kind / name for kind in ("images", "labels"))
            file.write(f"{name[:15]},{image},{mask}\n")


def train(protocol, seed):
    """Train on every other person, judge the rest after each epoch: dict."""
    from helpers.learning import cell, switches
    from helpers.learning.arms import ARMS
    from helpers.learning.watch import Looks

    switches.apply(switches.wanted(True, protocol))
    people = cohort.load(replace(protocol, patients=len(_people())), PLACE)
    trained, judged = people[::2], people[1::2]
    looks = Looks(1, lambda model: [cell.evaluate(model, p, protocol) for p in judged])
    _, watch = cell.fit(protocol, ARMS["seeds"], seed, 0, trained, [looks])
    return {"loss": watch.losses, "dsc": looks.seen, "judged": len(judged), "seed": seed}


def _people():
    return (PLACE / "cohort.csv").read_text().splitlines()[1:]


def tell(found, first, last):
    """Print the curve; returns how far it moves in its last third, points of DSC."""
    medians = [[statistics.median(dsc) for dsc in one["dsc"]] for one in found]
    mean = [statistics.fmean(values) for values in zip(*medians, strict=True)]
    print("epoch  mean of the medians  (each seed)  loss")
    for n, values in enumerate(zip(*medians, strict=True)):
        loss = statistics.fmean(one["loss"][n] for one in found)
        each = " ".join(f"{v:.2f}" for v in values)
        print(f"{n + 1:5d}  {mean[n]:.2f}  ({each})  {loss:.4f}")
    moved = max(mean[first:last]) - min(mean[first:last])
    print(f"epochs {first + 1} to {last} move by {moved:.2f} points (to be under {STILL})")
    return moved


def last_third(protocol):
    """The last third of a protocol's epochs: its first, from 0, and the one after its last."""
    return protocol.epochs - protocol.epochs // 3, protocol.epochs


def draw(found, picture, first, last):
    """The curve of each seed and their mean."""
    import matplotlib.pyplot as plt

    medians = [[statistics.median(dsc) for dsc in one["dsc"]] for one in found]
    mean = [statistics.fmean(values) for values in zip(*medians, strict=True)]
    epochs = range(1, len(mean) + 1)
    moved = max(mean[first:last]) - min(mean[first:last])
    _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for values in medians:
        axes.plot(epochs, values, color="0.7", lw=1)
    axes.plot(epochs, mean, "o-", ms=4)
    axes.axvspan(first + 0.5, last + 0.5, color="C2", alpha=0.12)
    late = mean[len(mean) // 3 :]
    axes.set(xlabel="epoch", ylabel="median DSC of other persons (%)")
    axes.set_ylim(min(late) - 2, max(late) + 1)
    axes.set_title(f"Epochs {first + 1} to {last} move by {moved:.2f} points", loc="left")
    plt.savefig(picture, dpi=120)


if __name__ == "__main__":
    sys.exit(main())
