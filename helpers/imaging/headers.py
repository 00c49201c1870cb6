"""Single DICOM headers, read without trust: only named tags, and nothing told about the rest."""

import logging
import warnings
from contextlib import contextmanager

import numpy as np
import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from helpers.errors import InputError


@contextmanager
def quietly():
    """Keep pydicom from warning and logging, because it quotes values out of the header."""
    log = logging.getLogger("pydicom")
    before = log.disabled
    with warnings.catch_warnings(), pydicom.config.disable_value_validation():
        warnings.simplefilter("ignore")
        log.disabled = True
        try:
            yield
        finally:
            log.disabled = before


def is_dicom(path):
    """Whether the file at ``path`` begins as DICOM does."""
    with open(path, "rb") as file:
        return file.read(132)[128:] == b"DICM"


def read_header(path, tags, defer=4096):
    """The ``tags`` of a DICOM file as a pydicom Dataset, values over ``defer`` bytes unread.

    Raises InputError for a deflated file, whose size cannot be known before it is unpacked, and
    for a DICOMDIR; whatever pydicom raises passes through.
    """
    meta = pydicom.filereader.read_file_meta_info(path)
    if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
        raise InputError("a DICOM file is deflated as a whole; export it without.")
    if meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
        return pydicom.Dataset()
    return pydicom.dcmread(path, specific_tags=tags, defer_size=defer)


class Tags:
    """One frame's tags: its own group first, then the shared group, then the header."""

    def __init__(self, header, shared, own):
        self.header, self.groups = header, (own, shared)

    def get(self, name, sequence=None, enhanced=None):
        """The value of ``name``, called ``enhanced`` inside a group's ``sequence``; or None."""
        for group in self.groups:
            items = group.get(sequence) if sequence else None
            if items and items[0].get(enhanced or name) is not None:
                return items[0].get(enhanced or name)
        value = self.header.get(name)
        return None if value == "" else value

    def numbers(self, name, sequence, length):
        """A tuple of ``length`` finite numbers; raises InputError where there is none."""
        value = self.get(name, sequence)
        if (
            value is None
            or len(value) != length
            or not np.isfinite([float(v) for v in value]).all()
        ):
            raise InputError("a DICOM image does not say where it lies in space; export it anew.")
        return tuple(float(v) for v in value)

    def number(self, kind, name, sequence=None, enhanced=None):
        """One finite number as ``kind``, or None."""
        value = self.get(name, sequence, enhanced)
        value = None if value is None else float(value)
        return None if value is None or not np.isfinite(value) else kind(value)
