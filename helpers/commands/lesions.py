"""From mask to diagnosis."""

from pathlib import Path

from helpers.commands.option_types import numbers
from helpers.errors import InputError

SAYS = "does the noise of the masks change what a patient is told?"
EXAMPLE = "my_study --out lesions"
_OF_A_NIFTI = ("mask", "times", "threshold", "sparse")


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
        help="of a NIfTI: mean relative enhancement of a candidate (default: 0.9)",
    )
    command.add_argument(
        "--sparse",
        action="store_true",
        default=None,
        help="slices of --mask without a drawing are unknown",
    )


def do(given, say):
    """Look, write, and tell where the page is."""
    from helpers.display.lesions import files, one_volume
    from helpers.study.progress import bar

    asked = {name: value for name in _OF_A_NIFTI if (value := getattr(given, name)) is not None}
    if given.source.is_dir():
        if asked:
            raise InputError(
                f"{given.source} is a folder: leave out --{', --'.join(asked)}, of a NIfTI."
            )
        with bar(None, "patient", "lesions") as shown:
            page = files.write(given.source, given.out, lambda _: shown.update())
    else:
        page = one_volume.write(given.source, given.out, **asked)
    say(str(page))
