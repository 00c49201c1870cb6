"""What a file is, by its content: DICOM, something else, or nothing that can be told.

Only what is recognised as something else is passed over.
"""

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from contextlib import contextmanager

from helpers.errors import InputError
from helpers.imaging.dicom.headers import PREAMBLE
from helpers.imaging.files import files_under, readable

HEAD = 264  # bytes: DICOM says what it is at 128, tar at 257
SUFFIXES = (".dcm", ".dicom", ".ima")
WITHOUT_PREAMBLE = (  # its first tag is of group 2 or 8, with a type or a length after it
    rb"DICM|[\x02\x08]\x00[\x00-\x18]\x00(?:UL|OB|UI|CS|SH|LO|DA|TM|[\x02-\x7e]\x00\x00\x00)"
)
PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
SEALED = (b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x1f\x9d", b"LZIP")
ELSEWHERE = (b"version https://git-lfs", b"/annex/objects/")  # what stands for a file
MEMBERS = 10_000  # of a zip file; one with more is not looked through


def dicom_files(folder):
    """The DICOM files under ``folder``, as paths in a lasting order, no DICOMDIR.

    Raises InputError as ``recognise`` and ``files_under`` do.
    """
    paths = [path for path in files_under(folder) if path.name.upper() != "DICOMDIR"]
    return [path for path in paths if recognise(path)]


def recognise(path):
    """Whether the file at ``path`` is DICOM; False when it is recognised as something else.

    Raises InputError when it is neither: empty, zeros alone, named like DICOM, DICOM without its
    preamble, packed and with DICOM in it or closed to us, or not fetched yet. ``._`` files of
    macOS hold no image, whatever their names end in.
    """
    with readable("a file in it"), open(path, "rb", buffering=0) as file:
        head = file.read(HEAD)
    if head[128:PREAMBLE] == b"DICM":
        return True
    _check_other(path, head)
    return False


def _check_other(path, head):
    if path.name.startswith("._"):
        return
    if head.startswith(ELSEWHERE) or path.name.endswith(".icloud"):
        raise InputError("a file in it stands for one that lies elsewhere; fetch that first.")
    if not head:
        raise InputError("a file in it is empty; get it again or delete it.")
    if path.name.lower().endswith(SUFFIXES):
        raise InputError("a file is named like DICOM but is not, or is cut short; get it again.")
    if re.match(WITHOUT_PREAMBLE, head):
        raise InputError("a DICOM file lacks its preamble; write it anew, with dcmconv for one.")
    if not any(head) and _is_all_zero(path):
        raise InputError("a file in it holds nothing but zeros; get it again or delete it.")
    if _hides_dicom(path, head):
        raise InputError("a packed file in it holds DICOM, or may; unpack it or move it away.")


def _is_all_zero(path):
    with readable("a file in it"), open(path, "rb") as file:
        return not any(any(block) for block in iter(lambda: file.read(1 << 16), b""))


def _hides_dicom(path, head):
    if head.startswith(b"PK\x03\x04"):
        return _any_member(path)
    for start, opener in PACKED.items():
        if head.startswith(start):
            return _packed_dicom(path, opener)
    return head.startswith(SEALED) or head[257:262] == b"ustar"


def _packed_dicom(path, opener):
    with readable("a file in it"), _unpacking(), opener(path, "rb") as file:
        return _may_be_dicom(file.read(HEAD))


def _any_member(path):
    with readable("a file in it"), _unpacking(), zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        return len(members) > MEMBERS or any(_member_is(archive, member) for member in members)


def _member_is(archive, member):
    with archive.open(member) as file:
        return _may_be_dicom(file.read(HEAD))


def _may_be_dicom(head):
    """Whether unpacked bytes begin as DICOM or as another packed file does."""
    packed = head.startswith((*PACKED, *SEALED, b"PK\x03\x04")) or head[257:262] == b"ustar"
    return head[128:PREAMBLE] == b"DICM" or bool(re.match(WITHOUT_PREAMBLE, head)) or packed


@contextmanager
def _unpacking():
    try:
        yield
    except (EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError):
        raise InputError("a packed file in it cannot be unpacked; get it again.") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise InputError("a packed file in it cannot be unpacked; get it again.") from None
