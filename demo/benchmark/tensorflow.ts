/** TensorFlow.js, which is loaded when it is asked for, and by no one else. */

import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threads from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

export type TensorFlow = typeof tf;

/** Its WebAssembly on one thread, as ours; where that does not run, its JavaScript. */
export async function loadTensorFlow(): Promise<{ tf: TensorFlow; backend: string }> {
  setWasmPaths({
    "tfjs-backend-wasm.wasm": plain,
    "tfjs-backend-wasm-simd.wasm": simd,
    "tfjs-backend-wasm-threaded-simd.wasm": threads,
  });
  setThreadsCount(1);
  const isWasm = await tf.setBackend("wasm").catch(() => false);
  if (!isWasm) await tf.setBackend("cpu");
  await tf.ready();
  return { tf, backend: tf.getBackend() };
}
