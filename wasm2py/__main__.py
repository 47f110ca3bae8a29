"""`python -m wasm2py` is the command `wasm2py`."""

import os
import sys

# Python has put the working directory first on the path, where the command has the folder
# of commands. Nothing in it is to be imported, unless wasm2py itself is there.
if not sys.flags.safe_path:
    try:
        here = os.getcwd()
    except OSError:
        here = ""
    if sys.path[0] in ("", here) and here != os.path.dirname(os.path.dirname(__file__)):
        del sys.path[0]

from wasm2py.commands import main

if __name__ == "__main__":
    main()
