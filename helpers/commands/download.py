"""The public cohort from the network."""

from pathlib import Path

from helpers.commands.option_types import count
from helpers.protocol import PAPER

SAYS = "fetch the public cohort"
EXAMPLE = "--patients 42 --out cohort"
GOES_ON = True


def add_options(command):
    """Which patients, from where, to where."""
    command.add_argument(
        "--patients",
        type=count,
        default=PAPER.patients,
        help="how many, by rank (default: %(default)s)",
    )
    command.add_argument(
        "--cohort",
        choices=["dense", "manual"],
        default="dense",
        help="dense: whole masks, manual: a few drawn slices (default: %(default)s)",
    )
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--source", choices=["aws", "gcs"], default="aws", help="whose copy (default: %(default)s)"
    )
    command.add_argument("--endpoint-url", help="another S3 server")
    command.add_argument("--optional", action="store_true", help="the fourth phase too")
    command.add_argument("--dry-run", action="store_true", help="only say how many files and GB")


def do(given, say):
    """Tell how much it is, and fetch it."""
    from helpers.imaging.public import download, manifest

    rows = manifest.select(manifest.read(), given.patients, given.cohort, not given.optional)
    plan = download.plan(rows, given.source)
    say(f"{plan.files} files, {plan.bytes / 1e9:.2f} GB")
    if not given.dry_run:
        with download.text_bar(plan) as progress:
            download.download(rows, given.out, given.source, given.endpoint_url, progress)
