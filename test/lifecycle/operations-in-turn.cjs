// One operation after another in one process: `node operations-in-turn.cjs <main>` loads a provider's main module anew at
// each "begin", with all of our modules, so that nothing but libraries is shared. The rest is what a process of its own
// would do: its listeners hear SIGINT at the "end", its `process.exit` ends it, and what it does later is done by nobody.
// Plain JavaScript, since it runs beside compiled code.
const { AsyncLocalStorage } = require("node:async_hooks");
const { join, sep } = require("node:path");

const main = require.resolve(process.argv[2]);
const ours = join(__dirname, "..", "..", "dist") + sep;
const events = ["SIGINT", "SIGTERM", "beforeExit", "exit", "uncaughtException", "unhandledRejection"];
const operations = new AsyncLocalStorage();
const exit = process.exit.bind(process);
let current;

for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0);

process.exit = (code = process.exitCode ?? 0) => {
  const operation = operations.getStore();
  if (operation === undefined || (operation === current && !operation.isEnding)) exit(code);
  if (operation === current) leave(operation, code);
};

process.on("message", ({ verb, args, home }) => (verb === "begin" ? begin(args, home) : end()));
process.on("disconnect", () => exit(0));

function begin(args, home) {
  process.env.PULUMI_HOME = home;
  process.argv = [process.execPath, main, ...args];
  for (const path of Object.keys(require.cache)) if (path === main || path.startsWith(ours)) delete require.cache[path];
  current = { isEnding: false, before: new Map(events.map((event) => [event, process.rawListeners(event)])) };
  operations.run(current, () => require(main));
}

function end() {
  const operation = current;
  const listeners = added(operation, "SIGINT");
  // Where nobody listens a signal ends the process.
  if (listeners.length === 0) return leave(operation, "SIGINT");
  operation.isEnding = true;
  operations.run(operation, () => {
    for (const listener of listeners) listener("SIGINT");
  });
}

function leave(operation, code) {
  current = undefined;
  for (const listener of added(operation, "exit")) listener(code);
  for (const event of events) for (const listener of added(operation, event)) process.removeListener(event, listener);
  process.exitCode = undefined;
  process.send({ ended: code });
}

/** The listeners that an operation's modules have added. */
function added(operation, event) {
  return process.rawListeners(event).filter((listener) => !operation.before.get(event).includes(listener));
}
