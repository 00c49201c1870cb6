"""DSC of a patient in 3-D, and the round-trip ceiling: what a perfect network would reach."""

from helpers.imaging.resampling import restore


def dsc_percent(truth, segmentation):
    """2·n(GS∩SEG) / (n(GS)+n(SEG)) of two bool arrays, in %; 100 when both are empty."""
    total = truth.sum() + segmentation.sum()
    return 100.0 if total == 0 else float(200 * (truth & segmentation).sum() / total)


def patient_dsc(segmentation, prepared):
    """DSC in % over the labelled slices of one patient; (slice, rows, columns) bool."""
    return dsc_percent(prepared.truth[prepared.labelled], segmentation[prepared.labelled])


def round_trip_ceiling(prepared, protocol):
    """The DSC in % that a perfect network would reach: the truth there and back."""
    return patient_dsc(restore(prepared.masks[..., 0] > 0.5, prepared, protocol), prepared)
