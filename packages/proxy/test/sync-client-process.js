// A program that uses an object synchronously, and ends, or is expected to end, as it is told.
import { connectSync } from "@fourwire/proxy/sync";

const [how, address] = process.argv.slice(2);
const robot = connectSync(address);
robot.moved.connect((metres) => process.stdout.write(`moved ${metres}\n`));
robot.move(1);
process.stdout.write(`${robot.name}\n`);
if (how === "dispose") robot[Symbol.dispose]();
if (how === "exit") process.exit(5);
if (how === "throw") throw new Error("thrown by the program");
if (how === "slots") {
  // The connection alone keeps no process alive; the program has something else to do.
  setTimeout(() => robot.move(2), 10);
  setTimeout(() => undefined, 200);
}
