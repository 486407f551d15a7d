# SPDX-License-Identifier: MIT
"""Moments as the API has them, by how far they are from now."""
import time


def at(seconds, within="%M:%S"):
    """So many seconds from now; of its hour only what within says."""
    return time.strftime(f"%Y-%m-%dT%H:{within}Z",
                         time.gmtime(time.time() + seconds))


def at_hour(days, hour=10):
    """That hour, in UTC, of the day that is so many days from now."""
    return at(days * 86400)[:11] + f"{hour:02}:00:00Z"
