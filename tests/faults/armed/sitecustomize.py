"""Python runs this as it starts, where this folder is on its path: see failpoints.armed.

The step is replaced once Django is set up: by then what a service consists of can be imported.
"""

import functools
import os

import django

from tests.faults.failpoints import VARIABLE, arm

_setup = django.setup


@functools.wraps(_setup)
def setup(*args: object, **options: object) -> None:
    _setup(*args, **options)
    arm(os.environ[VARIABLE])


django.setup = setup
