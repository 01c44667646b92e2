/** Prints by how many bytes a lasso path raises the peak memory of a process that already holds its data: memoryChild.ts <n> <p>. */
import { regulusFit } from "./contenders.js";
import { lassoProblem } from "./tasks.js";

const KIBIBYTE = 1024;
const [n, p] = process.argv.slice(2).map(Number);

// What the engine takes at the first fit is no cost of this one.
regulusFit({ work: "path" }, lassoProblem(50, 100, 1), 1e-7);
const problem = lassoProblem(n, p, 2);
const before = process.resourceUsage().maxRSS;
regulusFit({ work: "path" }, problem, 1e-7);
console.log((process.resourceUsage().maxRSS - before) * KIBIBYTE);
