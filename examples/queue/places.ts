/** What workers and coordinators have to agree on. */

import { mkdirSync } from "node:fs";

export const URL = process.env.QUEUE_URL ?? "redis://127.0.0.1:6379";
export const QUEUE = "fits";
/** Files of numbers, which every worker has, and a folder that all share. */
export const DATA = "build/queue/data";
export const RESULTS = "build/queue/results";

for (const folder of [DATA, RESULTS]) mkdirSync(folder, { recursive: true });
