"""The time that a survey may take."""

import time


class Clock:
    """So many minutes from now; nothing is broken off at their end, but nothing more is begun."""

    def __init__(self, minutes, now=time.monotonic):
        """Start; now : function of nothing → seconds."""
        self._all, self._now, self._started = 60 * minutes, now, now()

    def left(self):
        """Seconds that are left; below 0 when they are over."""
        return self._all - (self._now() - self._started)

    def passed(self, share):
        """Whether a share of the time is over."""
        return self._now() - self._started >= share * self._all
