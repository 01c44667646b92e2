/** Calls of functions in a worker: one message there, one back. */

/** What a worker is asked. */
interface Question {
  id: number;
  name: string;
  args: unknown[];
}

/** What it answers: a value, or an error in words. */
type Answer = { id: number; value: unknown } | { id: number; error: { message: string; code?: string } };

// biome-ignore lint/suspicious/noExplicitAny: functions of any kind
export type Functions = Record<string, (...args: any[]) => unknown>;

/** The functions of a worker, seen from the page. */
export type Remote<F extends Functions> = {
  [K in keyof F]: (...args: Parameters<F[K]>) => Promise<Awaited<ReturnType<F[K]>>>;
};

/** In the worker: answers with these functions. */
export function answer(functions: Functions): void {
  addEventListener("message", async ({ data }: MessageEvent<Question>) => {
    const { id, name, args } = data;
    try {
      postMessage({ id, value: await functions[name](...args) } satisfies Answer);
    } catch (error) {
      const { message = String(error), code } = error as { message?: string; code?: string };
      postMessage({ id, error: { message, ...(code !== undefined && { code }) } } satisfies Answer);
    }
  });
}

/** That a worker did not start, as where the network was away: no other choice on the page helps. */
export class NotStarted extends Error {}

/**
 * In the page: a worker's functions. A worker that cannot start rejects every call.
 *
 * @param onTold - Hears the messages that answer no question.
 */
export function remote<F extends Functions>(worker: Worker, onTold?: (message: unknown) => void): Remote<F> {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  let failure: NotStarted | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    if (data.id === undefined) {
      onTold?.(data);
      return;
    }
    const call = open.get(data.id);
    open.delete(data.id);
    if ("error" in data) call?.reject(Object.assign(new Error(data.error.message), data.error));
    else call?.resolve(data.value);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    failure = new NotStarted(`The worker that computes did not start: ${event.message || "the network may be away"}.`);
    for (const { reject } of open.values()) reject(failure);
    open.clear();
  });
  const call =
    (name: string) =>
    (...args: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        if (failure) return reject(failure);
        count += 1;
        open.set(count, { resolve, reject });
        worker.postMessage({ id: count, name, args } satisfies Question);
      });
  return new Proxy({}, { get: (_, name) => (typeof name === "string" ? call(name) : undefined) }) as Remote<F>;
}

/**
 * Asks for the newest arguments only: while an answer is awaited, those in between are forgotten, so that dragging never queues.
 *
 * @param take - Told of each answer, and whether it is to the newest arguments.
 */
export function newest<A extends unknown[], R>(
  ask: (...args: A) => Promise<R>,
  take: (result: R, isNewest: boolean, args: A) => void,
  fail: (error: Error) => void,
): (...args: A) => void {
  let waiting: A | undefined;
  let isBusy = false;
  const run = async (args: A): Promise<void> => {
    isBusy = true;
    try {
      const result = await ask(...args);
      take(result, waiting === undefined, args);
    } catch (error) {
      fail(error as Error);
    }
    isBusy = false;
    const next = waiting;
    waiting = undefined;
    if (next) void run(next);
  };
  return (...args) => {
    if (isBusy) waiting = args;
    else void run(args);
  };
}
