/** The main entry for Cloudflare's workerd, which compiles no bytes but imports dist/kernels.wasm as a module. */
import { setModule } from "./index.js";
// @ts-expect-error: it lies beside the bundle, not beside this file.
import kernels from "./kernels.wasm";

setModule(kernels);

export * from "./index.js";
