"""Where patients come from: phantoms, the real ones that ship, or the public cohort."""

from helpers.errors import InputError
from helpers.imaging import cache, hippocampus
from helpers.imaging.phantom import cohort
from helpers.imaging.public import download, manifest
from helpers.protocol import HIPPOCAMPUS
from helpers.study.progress import bar


def phantom(protocol):
    """Make the phantom cohort when it is missing, with a text bar; returns its folder."""
    if cohort.phantom_is_there(protocol):
        return cohort.phantom_folder(protocol)
    with bar(protocol.patients, "patient", "phantom") as shown:
        return cohort.make_phantom_cohort(protocol, lambda _: shown.update())


def public(patients):
    """Fetch the first patients of the public cohort into the cache; returns the folder.

    raises : InputError when there is no network, and what to do
    """
    rows = manifest.select(manifest.read(), patients)
    folder = cache.cache_folder() / "public"
    with download.text_bar(download.plan(rows)) as progress:
        download.download(rows, folder, progress=progress)
    return folder


def own(protocol):
    """The folder of the protocol's own cohort; phantoms are made when they are missing."""
    return folder(protocol.cohort, protocol)


def fitting(choice, protocol):
    """The protocol for the cohort called ``choice``: the real persons have one of their own."""
    real = choice == "hippocampus" and protocol.cohort != choice
    return HIPPOCAMPUS if real else protocol


def folder(choice, protocol, patients=2):
    """The folder of a cohort: phantom, hippocampus, or public with so many patients."""
    if choice == "phantom":
        return phantom(protocol)
    if choice == "hippocampus":
        return hippocampus.folder()
    if choice == "public":
        return public(patients)
    raise InputError(f"There is no cohort {choice!r}: choose phantom, hippocampus or public.")
