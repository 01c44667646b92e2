/** The script of a worker of `regulus/workers`. */

import type { DenseParts } from "../data/DenseMatrix.js";
import type { SparseMatrix as SparseFields } from "../data/SparseMatrix.js";
import { builtin } from "../host.js";
import { backend, groupLasso, internals, mcp, Path, scad, sortedL1 } from "../index.js";
import type { Piece, Workshop } from "../models/calls/Call.js";
import type { CrossValidationData } from "../models/calls/crossValidationPieces.js";
import type { Internals } from "../models/executors/internals.js";
import { openMany } from "../models/many/openMany.js";
import type { Fit } from "../models/options/Fit.js";
import type { PenaltyFields } from "../penalties/Penalty.js";
import { availableCores } from "./availableCores.js";
import type { Request } from "./messages.js";
import { openSession, type SessionData } from "./session.js";
import { errorOf, packAway, unpack } from "./wire.js";

/** Milliseconds between two signs of life. */
const BEAT = 50;
/** Milliseconds for which a worker looks out for its next piece: once it sleeps, it is woken late. */
const LOOKOUT = 0.2;

interface Port {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on?(event: "message", listener: (message: Request) => void): void;
}

interface Threads {
  parentPort: Port | null;
  MessagePort: abstract new () => unknown;
  receiveMessageOnPort(port: Port): { message: Request } | undefined;
}

const [
  CrossValidationWorkshop,
  DenseMatrix,
  SparseMatrix,
  blockOf,
  onPulse,
  openFits,
  openPath,
  openSums,
  readPenalty,
  readers,
] = internals as unknown as Internals;
const threads = builtin<Threads>("node:worker_threads");
const port = threads?.parentPort ?? (globalThis as unknown as Port);
// Deno's parentPort is no MessagePort, and none can be looked into but these.
const canLook = threads !== undefined && threads.parentPort instanceof threads.MessagePort && availableCores() > 1;
/** The entry that reads CSV. Not known to bundlers: there are files only where it is installed. */
const READERS = "regulus/readers";
const openers: Record<string, (data: never) => Workshop | Promise<Workshop>> = {
  crossValidate: (data: CrossValidationData) => new CrossValidationWorkshop(data),
  csv: async (data: never) => (await import(/* @vite-ignore */ /* webpackIgnore: true */ READERS)).openCsv(data),
  fitMany: (data: Parameters<typeof openMany>[0]) => openMany(data, { blockOf, openFits }),
  gram: openSums,
  regularizationPath: openPath,
  session: (data: SessionData) => openSession({ ...data, args: data.args.map(withPenalty) }, readers),
};
const penalties = { mcp, scad, groupLasso, sortedL1 };
const kinds = {
  dense: ({ data, rows, columns, order }: DenseParts) => new DenseMatrix(data, rows, columns, order),
  sparse: ({ rows, columns, values, rowIndices, columnPointers }: SparseFields) =>
    new SparseMatrix(rows, columns, values, rowIndices, columnPointers),
  path: (fields: Path) => new Path(fields),
  error: errorOf,
};
const workshops = new Map<number, Workshop>();

/** The data of a call, its penalty made anew, as functions cannot be sent. */
function revived(data: { matrix: { columns: number }; fit?: Fit }): unknown {
  const fields = data.fit?.penalty?.fields;
  if (data.fit === undefined || fields === undefined) return data;
  const { response, settings, columns } = data.fit;
  const { name, ...parameters } = fields as PenaltyFields & { name: keyof typeof penalties };
  const kind = (penalties[name] as (parameters: object) => ReturnType<typeof mcp>)(parameters);
  return {
    ...data,
    fit: { ...data.fit, penalty: readPenalty(kind, response.family, settings, data.matrix.columns, columns) },
  };
}

/** The options of a call, its penalty made anew. */
function withPenalty(given: unknown): unknown {
  const { penalty } = Object(given) as { penalty?: { name: keyof typeof penalties } };
  if (penalty === undefined || penalty === null || !Object.hasOwn(penalties, penalty.name)) return given;
  const { name, ...parameters } = penalty;
  return { ...(given as object), penalty: (penalties[name] as (parameters: object) => unknown)(parameters) };
}

/** What has come and is not begun. */
const requests: Request[] = [];
let isServing = false;

/** The units that have been done, and when that was last said. */
let units = 0;
let last = 0;

/** Says that it goes on, every now and then. */
function say(): void {
  const now = performance.now();
  if (now - last < BEAT) return;
  port.postMessage({ units }, []);
  last = now;
  units = 0;
}

async function work(workshop: Workshop, piece: Piece, part: unknown, turn: number | undefined): Promise<void> {
  units = 0;
  last = performance.now();
  const steps = workshop.work(piece, part);
  for (;;) {
    const next: unknown = steps.next();
    // Those of a file are promised; no other one waits for its turn.
    const { done, value } = (next instanceof Promise ? await next : next) as ReturnType<typeof steps.next>;
    if (done) {
      const { packed, transfer } = packAway(value);
      port.postMessage({ turn, result: packed }, transfer);
      return;
    }
    units += value;
    say();
  }
}

async function receive({ closed = [], call = -1, open, shares = [], piece, part, turn }: Request): Promise<void> {
  try {
    for (const number of closed) {
      workshops.get(number)?.close?.();
      workshops.delete(number);
    }
    if (open !== undefined)
      workshops.set(call, await openers[open.kind](revived(unpack(open.data, kinds) as never) as never));
    const workshop = workshops.get(call) as Workshop;
    for (const share of shares) workshop.share?.(unpack(share, kinds));
    if (piece !== undefined) await work(workshop, unpack(piece, kinds) as Piece, unpack(part, kinds), turn);
  } catch (error) {
    const { packed } = packAway(error instanceof Error ? error : new Error(String(error)));
    port.postMessage({ turn, error: packed }, []);
  }
}

/** What comes soon, where a thread can look for it and has a core of its own to do so. */
function comesSoon(): Request | undefined {
  if (!canLook) return undefined;
  const end = performance.now() + LOOKOUT;
  do {
    const found = threads?.receiveMessageOnPort(port);
    if (found !== undefined) return found.message;
  } while (performance.now() < end);
  return undefined;
}

/** Does what has come, one after the other, in their order. */
async function serve(): Promise<void> {
  isServing = true;
  for (let next = requests.shift(); next !== undefined; next = requests.shift() ?? comesSoon()) await receive(next);
  isServing = false;
}

/** Begins to take pieces. */
function begin(): void {
  onPulse(say);
  const take = (request: Request): void => {
    requests.push(request);
    if (!isServing) void serve();
  };
  if (port.on !== undefined) port.on("message", take);
  else (globalThis as unknown as { onmessage: unknown }).onmessage = ({ data }: { data: Request }) => take(data);
  const { navigator } = globalThis as { navigator?: { locks?: LockManager } };
  const locks = threads?.parentPort ? undefined : navigator?.locks;
  // Held for as long as this worker lives: nothing else tells a page that it has died.
  const lock = locks && `regulus ${Math.random()}`;
  const greet = (): void => port.postMessage({ ready: backend(), lock }, []);
  if (locks === undefined || lock === undefined) {
    greet();
    return;
  }
  locks
    .request(lock, () => {
      greet();
      return new Promise(() => {});
    })
    .catch(() => port.postMessage({ ready: backend() }, []));
}

// Anywhere but in a worker this is a module that does nothing.
if (threads?.parentPort || ("postMessage" in globalThis && !("document" in globalThis))) begin();
