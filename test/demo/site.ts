import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** The built page: `npm run build:demo`. */
const DIST = fileURLToPath(new URL("../../demo/dist/", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Nothing from elsewhere, nothing inline, no evaluation: what a careful server sends. */
export const STRICT =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
/** The same, with WebAssembly. */
export const WITH_WASM = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'");

export interface Site {
  url: string;
  /** What was sent so far, bytes after gzip, each time that it was asked for. */
  sent: { file: string; bytes: number }[];
  close(): Promise<void>;
}

/** A static server over the built page, with a content security policy. */
export async function serve(policy: string, root = DIST): Promise<Site> {
  const sent: Site["sent"] = [];
  const server = createServer(async ({ url = "/" }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    const file = path === "/" ? "/index.html" : path;
    try {
      const body = gzipSync(await readFile(join(root, file)));
      sent.push({ file, bytes: body.length });
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-encoding": "gzip",
        "content-security-policy": policy,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
