"""`python -m wasm2py` is the command `wasm2py`."""

from wasm2py.commands import main

if __name__ == "__main__":
    main()
