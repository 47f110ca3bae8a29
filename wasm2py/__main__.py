"""`python -m wasm2py` is the command `wasm2py`."""

import os
import sys

# Python has put the working directory first on the path, where the command `wasm2py` has
# the folder of scripts. Nothing in it is to be imported, unless wasm2py itself is there.
if not sys.flags.safe_path and not os.path.samefile(
    sys.path[0] or os.curdir, os.path.dirname(os.path.dirname(__file__))
):
    del sys.path[0]

from wasm2py.commands import main

if __name__ == "__main__":
    main()
