// @ts-check
export { start } from "../../../rpc/peers/bare-zmq/server.mjs";
