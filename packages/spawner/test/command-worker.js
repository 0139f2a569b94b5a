// A program of its own that becomes a worker.
import { serveParent } from "@fourwire/spawner";

await serveParent();
