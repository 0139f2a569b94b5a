// A program that is no worker: it writes a line and ends.
process.stderr.write("the lamp is broken\n");
process.exit(3);
