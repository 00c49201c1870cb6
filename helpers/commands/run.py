"""The trainings of a study."""

import dataclasses
from pathlib import Path

from helpers import protocol, protocols
from helpers.commands.option_types import count, numbers, seconds
from helpers.learning import arms

SAYS = "do the trainings (cells) that a study still lacks"
EXAMPLE = "--protocol demo --arm default --arm seeds --out my_study"
GOES_ON = True


def add_options(command):
    """What to train, on what, and where."""
    command.add_argument(
        "--protocol",
        default="demo",
        help=f"{', '.join(protocol.PROTOCOLS)}, or a file of your own, my.toml "
        "(default: %(default)s)",
    )
    names = ", ".join(arms.ARMS)
    command.add_argument(
        "--arm", action="append", help=f"{names}; repeat for several (default: default)"
    )
    command.add_argument("--out", type=Path, required=True, help="the study's folder")
    command.add_argument("--repetitions", type=count, help="how many (default: the protocol's)")
    command.add_argument("--folds", type=int, help="only the first so many (default: all)")
    _own_options(command)
    _machine_options(command)


def _own_options(command):
    command.add_argument(
        "--data", type=Path, help="folder of your own patients (default: the protocol's own)"
    )
    command.add_argument(
        "--phases", type=numbers, help="input phases, as 0,1 (default: the protocol's)"
    )
    command.add_argument(
        "--keep-masks",
        action="store_true",
        help="keep what each network draws of its held-out patients beside the records",
    )
    command.add_argument(
        "--model", help="your own network, package.module:build (default: the U-Net)"
    )


def do(given, say):
    """Train what is missing, and tell how many cells there are."""
    from helpers.study import runner

    ledger = runner.run(
        _chosen(given),
        given.arm or ["default"],
        given.out,
        given.repetitions,
        given.folds,
        given.workers,
        data=given.data,
        scheduler=given.scheduler,
        certificate=given.certificate,
        model=given.model,
        mirror=given.mirror,
        limit=given.limit,
        keep_masks=given.keep_masks,
    )
    say(f"{ledger.folder}: {len(ledger.records())} cells")


def _machine_options(command):
    fixed, free = ", ".join(arms.named(True)), " and ".join(arms.named(False))
    command.add_argument(
        "--workers",
        type=count,
        help=f"processes for {fixed} (default: one a core, or one a GPU), and where there is a "
        f"GPU for {free} too, which else use one",
    )
    command.add_argument("--scheduler", help="a Dask scheduler's address, such as tls://host:8786")
    command.add_argument(
        "--certificate", type=Path, help="PEM file with that scheduler's key and certificate"
    )
    command.add_argument(
        "--limit",
        type=seconds,
        help="seconds a cell may take (default: from the cells that are finished)",
    )
    command.add_argument("--mirror", type=Path, help="second folder that records are copied to")


def _chosen(given):
    """The protocol, with the patients of one's own data and the phases that were asked for."""
    chosen = protocols.named(given.protocol)
    if given.data:
        from helpers.imaging import cohort_folder

        chosen = dataclasses.replace(chosen, patients=len(cohort_folder.find(given.data)))
    return dataclasses.replace(chosen, phases=given.phases) if given.phases else chosen
