import { vi } from "vitest";

/** The package with nothing compiled and no memory yet, and the pool behind it. */
export type Fresh = typeof import("../../src/index.js") &
  Pick<typeof import("../../src/kernels/pool.js"), "withMemory">;

type Members = Partial<Record<keyof typeof WebAssembly, unknown>>;

export const inBrowser = typeof document !== "undefined";

/** A host's WebAssembly that differs from this one's in the given members. */
const webAssembly = (members: Members) => ({
  Memory: WebAssembly.Memory,
  Module: WebAssembly.Module,
  Instance: WebAssembly.Instance,
  validate: WebAssembly.validate,
  ...members,
});

/**
 * Loads the package once more, in a world whose WebAssembly differs in `members`, or has none (null). Modules of a page load once, so
 * in a browser the world is a frame, with a Content-Security-Policy if one is given. Undone by `forget`.
 */
export async function freshRegulus(members: Members | null = {}, policy?: string): Promise<Fresh> {
  const stub = members === null ? undefined : webAssembly(members);
  if (inBrowser) return inFrame(stub, policy);
  vi.stubGlobal("WebAssembly", stub);
  vi.resetModules();
  const [index, { withMemory }] = await Promise.all([
    import("../../src/index.js"),
    import("../../src/kernels/pool.js"),
  ]);
  return { ...index, withMemory };
}

// Not written out in the call, where the bundler would take it for the name of a file of its own.
const HERE = import.meta.url;

async function inFrame(stub: unknown, policy: string | undefined): Promise<Fresh> {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  frame.srcdoc = policy === undefined ? "<p>" : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  document.body.append(frame);
  await loaded;
  const world = frame.contentWindow as unknown as { WebAssembly: unknown; loading: Promise<Fresh> };
  if (policy === undefined) world.WebAssembly = stub;
  const script = frame.contentDocument?.createElement("script") as HTMLScriptElement;
  const [index, pool] = ["index", "kernels/pool"].map((path) => new URL(`../../src/${path}.ts`, HERE).pathname);
  script.textContent = `window.loading = Promise.all([import("${index}"), import("${pool}")])
    .then(([index, { withMemory }]) => ({ ...index, withMemory }))`;
  frame.contentDocument?.body.append(script);
  return world.loading;
}

/** Leaves the worlds of `freshRegulus`. */
export function forget(): void {
  vi.unstubAllGlobals();
  if (inBrowser)
    document.querySelectorAll("iframe").forEach((frame) => {
      frame.remove();
    });
}

/** A constructor that throws, as in hosts that forbid it. */
export function refusing(message: string): new () => never {
  return class {
    constructor() {
      throw new Error(message);
    }
  } as new () => never;
}

/** A WebAssembly.Memory that is granted only while `granted()` says so, and counted. */
export function meteredMemory(granted = (): boolean => true): {
  Memory: typeof WebAssembly.Memory;
  count: () => number;
} {
  let count = 0;
  class Memory extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (!granted()) throw new RangeError("could not allocate memory");
      count += 1;
      super(descriptor);
    }
  }
  return { Memory, count: () => count };
}
