"""An ordinary day through the real pipeline, and how well the edition of that day serves an analyst."""
