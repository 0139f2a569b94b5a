/** Writes `docs/contract.md` from the built conformance checks. */

import { writeFile } from "node:fs/promises";
import { renderContract, transportContract } from "../dist/conformance/index.js";

await writeFile(new URL("../../../docs/contract.md", import.meta.url), renderContract(transportContract));
