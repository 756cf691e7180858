"""Shell: what is stored in the shapes that programs get it in, whether a command prints it or the service sends it."""
