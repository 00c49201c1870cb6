"""A synthetic patient: anatomy, signal, and the DICOM files that hold them."""
