// @ts-check
export { start } from "../../../rpc/peers/fourwire-zmq/server.mjs";
