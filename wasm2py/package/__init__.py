"""From a translated module to the files of an importable package."""
