/** Milliseconds of work before other things of this thread have their turn. */
export const SLICE = 12;

/** What runtimes have, by its shape. */
interface Host {
  setImmediate?(resume: () => void): void;
  setTimeout(resume: () => void, milliseconds: number): void;
  MessageChannel?: new () => {
    port1: { onmessage: (() => void) | null; close(): void };
    port2: { postMessage(message: number): void };
  };
}

/** Lets all else that waits for this thread have its turn. Timers would be held up for 4 ms in browsers. */
export function turn(): Promise<void> {
  const { setImmediate, MessageChannel, setTimeout } = globalThis as unknown as Host;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else if (MessageChannel === undefined) setTimeout(resolve, 0);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    }
  });
}
