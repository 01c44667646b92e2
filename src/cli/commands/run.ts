import type { Job } from "../Job.js";
import type { Desk } from "../terminal/Desk.js";
import { cv } from "./cv.js";
import { exported } from "./exported.js";
import { fit } from "./fit.js";
import { path } from "./path.js";
import { predict } from "./predict.js";

const COMMANDS = { cv, fit, path, predict, export: exported };

/** Does what is asked for. Returns the exit code. */
export const run = (job: Job, desk: Desk): Promise<number> => COMMANDS[job.command](job, desk);
