// @ts-check
import { Server } from "node:net";
import { ServiceBroker } from "moleculer";

export const SERVER_NODE = "server";

/**
 * Creates a broker that talks TCP on the loopback interface, without UDP
 * discovery: the client is told where the server is.
 *
 * @param {string} nodeID
 * @param {readonly string[]} urls of the nodes known beforehand, as `host:port/node`
 * @returns {ServiceBroker}
 */
export function createBroker(nodeID, urls) {
  listenOnLoopbackOnly();
  const broker = new ServiceBroker({
    nodeID,
    logger: false,
    hotReload: false,
    transporter: {
      type: "TCP",
      options: { udpDiscovery: false, urls: [...urls], useHostname: false, gossipPeriod: 1 },
    },
  });
  const { registry } = /** @type {any} */ (broker);
  // The address that the other node is told to answer to.
  registry.nodes.localNode.ipList = ["127.0.0.1"];
  return broker;
}

/**
 * Makes the servers of this process listen on the loopback interface: the
 * transporter has no option for it and takes all interfaces otherwise.
 *
 * @returns {void}
 */
function listenOnLoopbackOnly() {
  const { listen } = Server.prototype;
  /** @type {any} */ (Server.prototype).listen = function (
    /** @type {object} */ options,
    /** @type {unknown[]} */ ...rest
  ) {
    return Reflect.apply(listen, this, [{ ...options, host: "127.0.0.1" }, ...rest]);
  };
}
