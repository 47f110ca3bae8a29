"""`python -m wasm2py` is the command `wasm2py`."""

try:
    import os
    import sys

    # Python has put the working directory first on the path, where the command has the folder
    # of commands. Nothing in it is to be imported, unless wasm2py itself is there.
    if not sys.flags.safe_path:
        try:
            here = os.getcwd()
        except OSError:
            here = ""
        ours = os.path.dirname(os.path.dirname(__file__))
        if sys.path[0] in ("", here) and here != ours:
            del sys.path[0]

    from wasm2py.commands import main

    if __name__ == "__main__":
        main()
except KeyboardInterrupt:
    # `main` sees to what comes once it has begun.
    from wasm2py.commands import end_interrupted

    end_interrupted()
