"""`python -m wasm2py.demo`."""

from wasm2py.commands.failures import reported
from wasm2py.demo import show

if __name__ == "__main__":
    with reported():
        show()
