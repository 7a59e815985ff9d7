"""Many requests from one file: reading the file, understanding its rows, writing the files that go back. Pure."""
