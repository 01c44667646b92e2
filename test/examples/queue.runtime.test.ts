import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Spoken, speak } from "../queue/processes.js";
import { servers } from "../queue/servers.js";

const example = (name: string): string => fileURLToPath(new URL(`../../examples/queue/${name}.ts`, import.meta.url));

test.each(servers)(
  "two worker processes and a coordinator, a command each, on $name",
  { timeout: 300_000 },
  async ({ start }) => {
    const server = await start();
    const folder = mkdtempSync(join(tmpdir(), "regulus-"));
    const run = (name: string): Spoken =>
      speak("env", [
        `--chdir=${folder}`,
        `QUEUE_URL=${server.url}`,
        ...[process.execPath, "--import", import.meta.resolve("tsx"), example(name)],
      ]);
    const workers = [run("worker"), run("worker")];
    for (const worker of workers) await worker.said("takes jobs");
    const coordinator = run("coordinator");
    await coordinator.said("5000 models of");
    expect(await coordinator.ended).toEqual([0, null]);
    expect(coordinator.text()).toContain("the same bits as here");
    expect(coordinator.text()).toContain("5000 of 5000 models");
    expect(coordinator.text()).toContain("10 folds");
    for (const worker of workers) {
      worker.process.kill("SIGINT");
      expect(await worker.ended).toEqual([0, null]);
    }
    await server.close();
    rmSync(folder, { recursive: true });
  },
);
