"""What the JavaScript that a module is published with calls its imports and exports."""
