"""Put on a worker's PYTHONPATH: its process dies of a real SIGSEGV over each letter to `segfault@…`."""

import ctypes
import resource
import smtplib

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # nobody wants to read fifty cores
rcpt = smtplib.SMTP.rcpt


def deadly(self, recipient, options=()):
    """smtplib's own, but for those."""
    if recipient.startswith("segfault@"):
        ctypes.string_at(0)
    return rcpt(self, recipient, options)


smtplib.SMTP.rcpt = deadly
