import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

const compiled = join(resolve(__dirname, "../../.."), "dist", "provider", "dynamic", "index.js");

/** Writes on like Pulumi's dynamic host, which meets every error with a warning on stderr. */
const host = `
  process.on("uncaughtException", (error) => console.warn(error));
  require(${JSON.stringify(compiled)}).provider("GuestFile");
  setInterval(() => console.log("still here"), 20);
`;

test("a host whose engine was killed ends instead of writing to nobody for ever", async () => {
  const child = spawn(process.execPath, ["-e", host], { stdio: ["ignore", "pipe", "pipe"] });
  await once(child.stdout, "data");
  child.stdout.destroy();
  child.stderr.destroy();
  const [code] = (await once(child, "exit")) as [number | null];
  expect(code).toBe(0);
});
