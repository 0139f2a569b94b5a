// @ts-check
/**
 * Writes docs/contract.md from the built conformance checks: those of a transport, and those of the requests built on it.
 *
 * @module
 */

import { writeFile } from "node:fs/promises";
import { requestContract } from "../packages/session/dist/conformance/index.js";
import { renderContract, transportContract } from "../packages/transport/dist/conformance/index.js";

const page = new URL("../docs/contract.md", import.meta.url);
await writeFile(page, renderContract([...transportContract, ...requestContract]));
