"""Another tool's way of reading a DICOM folder; run by a Python that has it.

python peers.py versions | dicom2nifti FOLDER OUT | simpleitk FOLDER OUT
"""

import sys
from importlib.metadata import version


def main(tool, *places):
    """Do what the first word says."""
    {"versions": _versions, "dicom2nifti": _dicom2nifti, "simpleitk": _simpleitk}[tool](*places)


def _versions():
    print(f"dicom2nifti {version('dicom2nifti')}")
    print(f"SimpleITK {version('SimpleITK')}")


def _dicom2nifti(folder, out):
    import dicom2nifti

    dicom2nifti.convert_directory(folder, out, compression=False, reorient=False)


def _simpleitk(folder, out):
    import SimpleITK

    for number, series in enumerate(SimpleITK.ImageSeriesReader.GetGDCMSeriesIDs(folder)):
        reader = SimpleITK.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder, series))
        SimpleITK.WriteImage(reader.Execute(), f"{out}/{number}.nii")


if __name__ == "__main__":
    main(*sys.argv[1:])
