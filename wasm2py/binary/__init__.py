"""From bytes to events, sections, function bodies and instructions (section 5); no IO."""
