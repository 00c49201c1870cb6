"""The command line: python -m helpers COMMAND …"""

import argparse
import dataclasses
import sys
from pathlib import Path

from helpers import __version__
from helpers.errors import InputError
from helpers.study import probe_options


def main(arguments=None):
    """Run one command; returns the exit code: 0, 2 after bad input, 130 after Ctrl-C."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.act(chosen)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command goes on where this one was.", file=sys.stderr)
        return 130
    return 0


def _extract(given):
    from helpers.imaging import volumes

    shape, times = volumes.extract(given.folder, given.out)
    print(f"{given.out}: {shape}, phases at {', '.join(f'{t:g}' for t in times)} s")


def _extract_cohort(given):
    from helpers.imaging import extraction, studies

    found = extraction.extract_cohort(studies.find(given.folder), given.out)
    print(f"{given.out}: {len(found)} studies")


def _download(given):
    from helpers.imaging.public import download, manifest

    rows = manifest.select(manifest.read(), given.patients, given.cohort, not given.optional)
    plan = download.plan(rows, given.source)
    print(f"{plan.files} files, {plan.bytes / 1e9:.2f} GB")
    if not given.dry_run:
        with download.text_bar(plan) as progress:
            download.download(rows, given.out, given.source, given.endpoint_url, progress)


def _run(given):
    from helpers import protocol
    from helpers.study import runner

    chosen = protocol.choose(given.protocol)
    if given.data:
        from helpers.imaging import studies

        chosen = dataclasses.replace(chosen, patients=len(studies.find(given.data)))
    if given.phases:
        chosen = dataclasses.replace(chosen, phases=given.phases)
    ledger = runner.run(
        chosen,
        given.arm or ["default"],
        given.out,
        given.repetitions,
        given.folds,
        given.workers,
        data=given.data,
        scheduler=given.scheduler,
        model=given.model,
        mirror=given.mirror,
        limit=given.limit,
    )
    print(f"{ledger.folder}: {len(ledger.records())} cells")


def _status(given):
    from helpers.study import status

    print("\n".join(status.lines(given.folder)))


def _export(given):
    from helpers.study import export

    if given.out.suffix.lower() in export.TABLES:
        print(f"{given.out}: {export.write_table(given.folder, given.out)} rows")
    else:
        from helpers.display import crate

        count = crate.write(given.folder, given.out, given.author, given.licence)
        print(f"{given.out}: RO-Crate of {count} files")


def _import(given):
    from helpers.study import export

    found = export.restore(given.crate, given.out)
    print(f"{given.out}: {found.written} records restored, {found.there} were there")
    if found.refused:
        print(f"{found.refused} records were changed and are refused: 'run' does their cells again")


def _report(given):
    from helpers.display import report

    print(report.write(given.source, given.out, given.margin))


def _workshop(given):
    from helpers.display import workshop

    workshop.build(given.notebooks, given.out, print)


def _probe(given):
    from helpers.study import probing

    probing.report(given, print)


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m helpers",
        description="Train the same network again with the same seeds, and compare.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _extract_options(commands)
    _download_options(commands)
    _run_options(commands)
    _reading_options(commands)
    _export_options(commands)
    probe_options.add(_command(commands, "probe", _probe, "which ops part", "--runs 20 --busy"))
    return parser


def _numbers(text):
    """ "0,1" → (0, 1)"""
    return tuple(int(part) for part in text.split(","))


def _seconds(text):
    if not 0 < float(text) < float("inf"):
        raise ValueError
    return float(text)


def _command(commands, name, act, says, example):
    command = commands.add_parser(
        name,
        help=says,
        description=says,
        epilog=f"example: python -m helpers {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(act=act)
    return command


def _extract_options(commands):
    command = _command(
        commands,
        "extract",
        _extract,
        "DICOM of one study to a 4-D NIfTI and its phase times",
        "STUDY_FOLDER --out study.nii.gz",
    )
    command.add_argument("folder", type=Path, help="folder with the study's DICOM files")
    command.add_argument("--out", type=Path, required=True, help="file to write, .nii or .nii.gz")
    command = _command(
        commands, "extract-cohort", _extract_cohort, "the same for a cohort", "cohort --out nifti"
    )
    command.add_argument("folder", type=Path, help="folder of studies, as for 'run --data'")
    command.add_argument("--out", type=Path, required=True, help="folder to write, a file a study")


def _download_options(commands):
    command = _command(
        commands, "download", _download, "fetch the public cohort", "--patients 42 --out cohort"
    )
    command.add_argument("--patients", type=int, default=42, help="how many, by rank; 42")
    command.add_argument("--cohort", choices=["dense", "manual"], default="dense", help="dense")
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument("--source", choices=["aws", "gcs"], default="aws", help="aws")
    command.add_argument("--endpoint-url", help="another S3 server")
    command.add_argument("--optional", action="store_true", help="the fourth phase too")
    command.add_argument("--dry-run", action="store_true", help="only say how many files and GB")


def _run_options(commands):
    command = _command(
        commands,
        "run",
        _run,
        "do the cells of a study that are missing",
        "--protocol demo --arm default --arm seeds --out my_study",
    )
    command.add_argument("--protocol", default="demo", help="paper, study, demo or smoke")
    command.add_argument("--arm", action="append", help="may be given several times; default")
    command.add_argument("--out", type=Path, required=True, help="the study's folder")
    command.add_argument("--repetitions", type=int, help="how many; all of the protocol's")
    command.add_argument("--folds", type=int, help="only the first so many folds")
    command.add_argument("--data", type=Path, help="folder of your own studies; the phantoms")
    command.add_argument("--phases", type=_numbers, help="input phases, as 0,1; the protocol's")
    command.add_argument("--workers", type=int, help="processes; one a core")
    command.add_argument("--scheduler", help="a Dask scheduler's address, such as tcp://host:8786")
    command.add_argument("--model", help="your own network, package.module:build")
    command.add_argument("--limit", type=_seconds, help="seconds a cell may take; from others'")
    command.add_argument("--mirror", type=Path, help="second folder that records are copied to")


def _reading_options(commands):
    command = _command(commands, "status", _status, "how far a study is", "my_study")
    command.add_argument("folder", type=Path, help="the study's folder")
    command = _command(
        commands, "report", _report, "table, figures and verdict", "my_study --out report"
    )
    command.add_argument("source", type=Path, help="study's folder, its CSV or a published table")
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument("--margin", type=float, default=0.5, help="percentage points; 0.5")
    command = _command(
        commands, "workshop", _workshop, "run the notebooks and build their pages", "--out build"
    )
    command.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    command.add_argument("--out", type=Path, default=Path("build"), help="folder to write")


def _export_options(commands):
    command = _command(
        commands,
        "export",
        _export,
        "the table as CSV or Parquet, or all of a study as an RO-Crate",
        "my_study --out my_crate",
    )
    command.add_argument("folder", type=Path, help="the study's folder")
    command.add_argument("--out", type=Path, required=True, help=".csv, .parquet or a folder")
    command.add_argument("--author", help="of the crate; its software's maintainers")
    command.add_argument("--licence", default="MIT", help="of the crate, by its SPDX name; MIT")
    command = _command(commands, "import", _import, "a crate's records to a study", "a --out b")
    command.add_argument("crate", type=Path, help="folder that 'export' wrote")
    command.add_argument("--out", type=Path, required=True, help="the study's folder")


if __name__ == "__main__":
    sys.exit(main())
