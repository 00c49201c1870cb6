"""Single DICOM headers, read without trust: only named tags, and nothing told about the rest."""

import io
import logging
import os
import warnings
from contextlib import contextmanager
from functools import lru_cache
from math import isfinite

import pydicom
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import MediaStorageDirectoryStorage

from helpers.errors import InputError

SHORT = 4096  # bytes that are read without asking
PREAMBLE = 132  # bytes: 128 of no meaning, then DICM
META = [tag_for_keyword(name) for name in ("MediaStorageSOPClassUID", "TransferSyntaxUID")]
LATIN = ("CS", "DA", "DS", "DT", "IS", "TM", "UI", "UL", "US")  # no character set changes them


@contextmanager
def quietly():
    """Keep pydicom and nibabel from warning and logging: they quote values out of headers."""
    logs = [logging.getLogger(name) for name in ("pydicom", "nibabel.global")]
    before = [log.disabled for log in logs]
    with warnings.catch_warnings(), pydicom.config.disable_value_validation():
        warnings.simplefilter("ignore")
        try:
            for log in logs:
                log.disabled = True
            yield
        finally:
            for log, disabled in zip(logs, before, strict=True):
                log.disabled = disabled


def is_dicom(path):
    """Whether the file at ``path`` begins as DICOM does."""
    with open(path, "rb") as file:
        return file.read(PREAMBLE)[128:] == b"DICM"


def read_header(path, tags, defer=4096):
    """The ``tags`` (numbers) of a DICOM file as a pydicom Dataset, values over ``defer`` unread.

    What ``pydicom.dcmread`` gives, but a deflated file, whose size cannot be known before it is
    unpacked, raises InputError, and of a DICOMDIR only its class is given. Whatever pydicom
    raises passes through.
    """
    with _open(path) as file:
        file.seek(PREAMBLE)
        meta = read_dataset(file, False, True, stop_when=_behind_meta, specific_tags=META)
        meta = FileMetaDataset(meta)
        syntax = meta.TransferSyntaxUID
        if syntax.is_deflated:
            raise InputError("a DICOM file is deflated as a whole; export it without.")
        if meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
            return _directory()
        kind = syntax.is_implicit_VR, syntax.is_little_endian
        header = read_dataset(file, *kind, defer_size=defer, specific_tags=tags)
        whole = FileDataset(path, header, None, meta, *kind)
        whole.fileobj_type = _open  # what a value that was left unread is read with
        return whole


def _directory():
    header = pydicom.Dataset()
    header.SOPClassUID = MediaStorageDirectoryStorage
    return header


class _Bounded(io.BufferedReader):
    """A file that takes memory for no more bytes than it holds, whatever its header says."""

    def read(self, size=-1):
        """At most ``size`` bytes."""
        return super().read(min(size, os.fstat(self.fileno()).st_size) if size > SHORT else size)


def _open(path, _mode="rb"):
    return _Bounded(io.FileIO(path))


def numbers_of(names):
    """The numbers of tags that are known by their names."""
    return [tag_for_keyword(name) for name in names]


def value_of(header, name):
    """The value of the tag ``name`` in a header from ``read_header``, or None.

    What numbers and dates say is worked out once for the same bytes: the images of a series
    share nearly all of them.
    """
    number, kind = _known(name)
    stored = header.get_item(number, keep_deferred=True)
    if stored is None:
        return None
    if isinstance(stored, RawDataElement) and (stored.VR or kind) in LATIN and stored.value:
        return _converted(stored[:4], stored[5:])
    return header.get(name)


def text_of(header, name):
    """What ``value_of`` gives, as text, without keeping it: for values that no two files share."""
    stored = header.get_item(_known(name)[0], keep_deferred=True)
    if isinstance(stored, RawDataElement) and stored.value:
        return stored.value.decode("ascii", "replace").strip("\0 ")
    return str(header.get(name) or "")


@lru_cache
def _known(name):
    number = BaseTag(tag_for_keyword(name))
    return number, dictionary_VR(number)


@lru_cache(maxsize=8192)
def _converted(before, behind):
    """The value of a raw element, given without its place in the file."""
    return convert_raw_data_element(RawDataElement(*before, 0, *behind)).value


def _behind_meta(tag, *_):
    return tag >> 16 != 2


class Tags:
    """One frame's tags: its own group first, then the shared group, then the header."""

    def __init__(self, header, shared, own):
        self.header, self.groups = header, [group for group in (own, shared) if group]

    def get(self, name, sequence=None, enhanced=None):
        """The value of ``name``, called ``enhanced`` inside a group's ``sequence``; or None."""
        for group in self.groups:
            items = group.get(sequence) if sequence else None
            if items and items[0].get(enhanced or name) is not None:
                return items[0].get(enhanced or name)
        value = value_of(self.header, name)
        return None if value == "" else value

    def numbers(self, name, sequence, length):
        """A tuple of ``length`` finite numbers; raises InputError where there is none."""
        value = self.get(name, sequence)
        if value is None or len(value) != length or not all(isfinite(float(v)) for v in value):
            raise InputError("a DICOM image does not say where it lies in space; export it anew.")
        return tuple(float(v) for v in value)

    def number(self, kind, name, sequence=None, enhanced=None):
        """One finite number as ``kind``, or None."""
        value = self.get(name, sequence, enhanced)
        value = None if value is None else float(value)
        return None if value is None or not isfinite(value) else kind(value)
