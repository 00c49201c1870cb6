"""The command line: python -m helpers COMMAND …"""

import dataclasses
import sys

from helpers import options
from helpers.errors import InputError


def main(arguments=None):
    """Run one command; returns the exit code: 0, 2 after bad input, 130 after Ctrl-C."""
    given = options.parser().parse_args(arguments)
    try:
        _COMMANDS[given.command](given)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command goes on where this one was.", file=sys.stderr)
        return 130
    return 0


def _extract(given):
    from helpers.imaging import volumes

    shape, times = volumes.extract(given.folder, given.out, series=given.series)
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


_COMMANDS = {
    "extract": _extract,
    "extract-cohort": _extract_cohort,
    "download": _download,
    "run": _run,
    "status": _status,
    "report": _report,
    "workshop": _workshop,
    "export": _export,
    "import": _import,
    "probe": _probe,
}


if __name__ == "__main__":
    sys.exit(main())
