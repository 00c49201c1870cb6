"""DICOM files: headers, times, the grid of positions and phases, pixels, segmentations."""
