import { builtin } from "../host.js";
import type { Reply, Request } from "./messages.js";

/** A worker of pages, or of node:worker_threads. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** What either kind has besides. */
interface AnyWorker extends WorkerLike {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  on?(type: string, listener: (value: never) => void): unknown;
  ref?(): void;
  unref?(): void;
}

type NodeWorker = new (url: URL, options: { execArgv: string[] }) => WorkerLike;

/** The worker of this package. Written so that bundlers find its script. */
export function ownWorker(): WorkerLike {
  const threads = builtin<{ Worker: NodeWorker }>("node:worker_threads");
  const here = import.meta.url;
  // Flags of the process may be none for workers: --input-type is refused.
  if (threads !== undefined) return new threads.Worker(new URL("worker.js", here), { execArgv: [] });
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** A worker and what becomes of it: it is dead once, whatever it died of. */
export class Thread {
  readonly #worker: AnyWorker;
  #isGone = false;
  #watch: AbortController | undefined;

  constructor(make: () => WorkerLike, onReply: (reply: Reply) => void, onDeath: (cause: Error) => void) {
    const worker = make() as AnyWorker;
    this.#worker = worker;
    const reply = (message: Reply): void => {
      // Other scripts of a worker may say things too.
      if (this.#isGone || !message) return;
      if (message.lock !== undefined) this.#mourn(message.lock, die);
      onReply(message);
    };
    const die = (cause: Error): void => {
      if (this.#isGone) return;
      void this.end();
      onDeath(cause);
    };
    const failed = (error: unknown): void =>
      die(
        error instanceof Error
          ? error
          : new Error(`the worker failed: ${(error as { message?: string } | null)?.message ?? "it did not start"}`),
      );
    if (worker.on !== undefined) {
      worker.on("message", reply);
      worker.on("error", failed);
      worker.on("messageerror", failed);
      worker.on("exit", (code: number) => die(new Error(`the worker ended with code ${code}`)));
    } else {
      worker.addEventListener("message", ({ data }: { data: Reply }) => reply(data));
      worker.addEventListener("error", (event: Event) => {
        event.preventDefault();
        failed(event);
      });
      worker.addEventListener("messageerror", failed);
    }
  }

  /** @param transfer - Memory of the request that this thread loses. */
  send(request: Request, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** Whether the process stays for it. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#worker.ref?.();
    else this.#worker.unref?.();
  }

  end(): Promise<unknown> {
    this.#isGone = true;
    this.#watch?.abort();
    return Promise.resolve(this.#worker.terminate());
  }

  /** Waits for the lock that a worker holds for as long as it lives: nothing else tells a page of its death. */
  #mourn(lock: string, die: (cause: Error) => void): void {
    this.#watch = new AbortController();
    navigator.locks
      .request(lock, { signal: this.#watch.signal }, () => die(new Error("the worker has ended")))
      .catch(() => {});
  }
}
