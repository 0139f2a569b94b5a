// A program that never becomes a worker.
process.stderr.write("warming up\n");
setInterval(() => undefined, 1_000);
