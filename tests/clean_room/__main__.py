"""Type the README's first commands in a new clone with nothing installed: `python3 -m tests.clean_room [ROOM…]`.

Ends with 1 where a command failed or left something running. How long each took is printed against a budget, not
judged. Needs Linux, git, make and Python, no package of ours: that is what is under test.
"""

import sys

from tests.clean_room.rooms import ROOMS, Dirty, Unavailable


def main(names: list[str]) -> int:
    """0 when every room that can be entered here was left clean."""
    unknown = set(names) - set(ROOMS)
    if unknown:
        print(f"there is no room {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
        return 2
    results = {name: visit(name) for name in names or ROOMS}
    print("\n── clean rooms")
    for name, lines in results.items():
        print(f"   {name}", *lines, sep="\n      ")
    return int(any(line.startswith("FAILED") for lines in results.values() for line in lines))


def visit(name: str) -> list[str]:
    """What is to be said of a room."""
    print(f"\n── clean room: {name}", flush=True)
    try:
        with ROOMS[name]() as room:
            room.type_the_first_commands()
            return [str(each) for each in room.timings]
    except Unavailable as reason:
        return [f"SKIPPED: {reason}"]
    except Dirty as reason:
        return [f"FAILED: {reason}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
