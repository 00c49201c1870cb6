"""From mask to diagnosis."""

from pathlib import Path

from helpers.commands.option_types import numbers

SAYS = "does the noise of the masks change what a patient is told?"
EXAMPLE = "my_study --out lesions"


def add_options(command):
    """From what, to where; for one volume, its mask and times."""
    command.add_argument(
        "source", type=Path, help="a study's folder that kept its masks, or one study as NIfTI"
    )
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument("--mask", type=Path, help="of a NIfTI: the breast mask (default: all)")
    command.add_argument(
        "--times", type=numbers, help="of a NIfTI without times: s of each phase, such as 0,180,300"
    )
    command.add_argument(
        "--threshold",
        type=float,
        default=0.9,
        help="of a NIfTI: mean relative enhancement of a candidate (default: %(default)s)",
    )
    command.add_argument(
        "--sparse", action="store_true", help="slices of --mask without a drawing are unknown"
    )


def do(given, say):
    """Look, write, and tell where the page is."""
    from helpers.display.lesions import files, one_volume
    from helpers.study.progress import bar

    if given.source.is_dir():
        with bar(None, "patient", "lesions") as shown:
            page = files.write(given.source, given.out, lambda _: shown.update())
    else:
        asked = given.mask, given.times, given.threshold, given.sparse
        page = one_volume.write(given.source, given.out, *asked)
    say(str(page))
