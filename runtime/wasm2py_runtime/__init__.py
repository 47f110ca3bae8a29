"""The runtime of Python packages that wasm2py makes from WebAssembly modules."""
