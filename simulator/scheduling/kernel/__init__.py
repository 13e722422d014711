"""The compiled job kernel: every event of the region between two instants, at its true time."""
