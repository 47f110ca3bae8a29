"""A job from bytes to code; batches, translators, modules in memory, the cache."""
