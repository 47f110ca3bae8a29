"""The version of what generated packages and other copies of the runtime rely on."""

RT_ABI = 1

# A memory with 32-bit addresses never has its last 256 pages: so an address that has been
# used can be moved on by less than 16 MiB without wrapping around.
MOST_PAGES = 65280
