"""Files that people write, read strictly: plain data in, every mistake out, with its line and how to mend it."""
