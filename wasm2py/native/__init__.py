"""From the C of a module's functions to an extension module, by a C compiler of the machine."""
