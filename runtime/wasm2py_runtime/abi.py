"""The version of what generated packages and other copies of the runtime rely on."""

RT_ABI = 4
