"""The version of what generated packages and other copies of the runtime rely on."""

RT_ABI = 7

W2P_ABI = 2
"""Of the C runtime in native packages: the number in wasm2py_native/wasm2py.h."""
