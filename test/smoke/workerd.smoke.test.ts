import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expected, folder, installed, write } from "./user.js";

let server: ChildProcess;
let url: string;

/** workerd's own configuration: the worker, the kernels beside it as a module, as hosts of workers bundle them. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "kernels.wasm", wasm = embed "kernels.wasm")],
  compatibilityDate = "2026-01-01",
);
`;

beforeAll(async () => {
  const source = write(
    "workerd/source.js",
    `import * as regulus from "regulus";
import { answer } from "../answer.js";
export default { fetch: () => Response.json(answer(regulus)) };
`,
  );
  await build({
    entryPoints: [source],
    outfile: join(folder, "workerd/worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
  });
  write("workerd/config.capnp", CONFIG);
  const kernels = readFileSync(join(folder, "node_modules/regulus/dist/kernels.wasm"));
  write("workerd/kernels.wasm", kernels);
  const [platform = ""] = readdirSync(installed("@cloudflare"));
  const workerd = installed(join("@cloudflare", platform, "bin/workerd"));
  server = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: join(folder, "workerd"),
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const port = await new Promise<number>((done, fail) => {
    server.once("exit", (code) => fail(new Error(`workerd ended with ${code}`)));
    server.stdio[3]?.once("data", (line) => done(JSON.parse(String(line).split("\n")[0] ?? "").port));
  });
  url = `http://127.0.0.1:${port}/`;
});
afterAll(() => server.kill());

test("workerd, which compiles no bytes, answers by the kernels that it is given as a module", async () => {
  const response = await fetch(url);
  expect(await response.json()).toEqual(await expected());
});
