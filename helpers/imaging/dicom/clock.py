"""DICOM's dates and times as seconds."""

import datetime
import re
from functools import lru_cache

DAY = 24 * 60 * 60
CLOCK = re.compile(r"(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?")  # to the minute at least
STAMP = re.compile(r"(\d{8})(\d{4}(?:\d{2}(?:\.\d{1,6})?)?)(?:[+-]\d{4})?")
SAME = 4  # decimals of a second: a date leaves a float no more


def read_clock(stamp, date, time):
    """Seconds since year 1, or since midnight where no date is known; None when neither is given.

    ``stamp`` is a DICOM DT (YYYYMMDDHHMMSS.FFFFFF&ZZXX), ``date`` a DA, ``time`` a TM. A stamp
    goes before date and time. The zone is left out: one scanner keeps one.
    """
    found = STAMP.fullmatch(str(stamp or "").strip())
    if found:
        date, time = found.groups()
    seconds = _seconds(time)
    return None if seconds is None else _days(date) * DAY + seconds


def _seconds(time):
    found = CLOCK.fullmatch(str(time or "").strip())
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    return hours * 3600 + minutes * 60 + seconds + float(found.group(4) or 0)


@lru_cache
def _days(date):
    try:
        digits = str(date or "").replace(".", "")
        return datetime.datetime.strptime(digits, "%Y%m%d").toordinal()
    except ValueError:
        return 0


def on_one_clock(seconds):
    """Clock times, in s, as times of the day unless every one that is known has a date."""
    dated = [_is_dated(s) for s in seconds if s is not None]
    if all(dated) or not any(dated):
        return list(seconds)
    return [None if s is None else round(s % DAY, SAME) for s in seconds]


def _is_dated(seconds):
    return seconds >= 2 * DAY


def past_midnight(seconds):
    """The same clock times with a day added to those that fell behind at midnight, in s.

    A study does not last half a day: when times span more than that, the early ones belong to the
    next day. Dates are believed, but for one date of all, as an anonymiser writes it, where the
    study would last a quarter of a day at most.
    """
    known = [s for s in seconds if s is not None]
    latest = max(known, default=0)
    turned = [s + DAY if s is not None and latest - s > DAY / 2 else s for s in seconds]
    if _is_dated(latest) and not _is_one_date_of_all(known, turned):
        return list(seconds)
    return turned


def _is_one_date_of_all(known, turned):
    late = [s for s in turned if s is not None]
    return len({s // DAY for s in known}) == 1 and max(late) - min(late) <= DAY / 4
