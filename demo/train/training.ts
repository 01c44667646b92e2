/** What the tab shows of the training, and the orders that it gives. */

import { signal } from "@preact/signals";
import { noteBackend } from "../backend.js";
import { type Remote, remote } from "../parts/call.js";
import { remedyOf, type Trouble } from "../parts/Fault.js";
import { seed } from "../state.js";
import type { Epoch, Settings, Trainer, Way } from "./worker.js";

const trainer: Remote<Trainer> = remote<Trainer>(
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "training" }),
);
trainer.backend().then(noteBackend, fail);

export const DEFAULTS = { learningRate: 0.003, weightDecay: 0.3, l1: 0.02 } as const;
/** After these nothing much changes. */
export const MOST_EPOCHS = 600;
/** A loss so much larger than that of answering 0 to everything is no longer learning. */
const DIVERGED = 20;

export const settings = signal<Omit<Settings, "seed">>(DEFAULTS);
export const isRunning = signal(false);
export const latest = signal<Epoch | undefined>(undefined);
export const fault = signal<Trouble | undefined>(undefined);
/** Losses so far: epochs, then one list for each way. */
export const history: { epochs: number[]; losses: Record<Way, number[]> } = {
  epochs: [],
  losses: { plain: [], decay: [], l1: [] },
};
/** Frames of the last second, while it runs. */
export const framesPerSecond = signal<number | undefined>(undefined);

function fail(error: Error): void {
  isRunning.value = false;
  fault.value = /finite|overflow/.test(error.message) ? diverged() : { message: error.message, mend: remedyOf(error) };
}

const diverged = (): Trouble => ({
  message: `The training diverges: a learning rate of ${settings.value.learningRate.toPrecision(2)} overshoots at every step, and the loss grows instead of falling.`,
  mend: {
    label: `Mend it: learning rate ${DEFAULTS.learningRate}`,
    act: () => {
      settings.value = { ...settings.value, learningRate: DEFAULTS.learningRate };
      void start();
    },
  },
});

/** Counts what has been started, so that what an earlier one still answers is passed over. */
let run = 0;
/** Counts the loops of frames: of two clicks in a row only the last one's goes on. */
let loop = 0;

/** Starts anew with what is set. */
export async function restart(): Promise<void> {
  run += 1;
  const own = run;
  history.epochs.length = 0;
  for (const losses of Object.values(history.losses)) losses.length = 0;
  fault.value = undefined;
  try {
    const epoch = await trainer.begin({ ...settings.value, seed: seed.value });
    if (own === run) latest.value = epoch;
  } catch (error) {
    if (own === run) fail(error as Error);
  }
}

/** An epoch for each frame, as long as it runs. */
export async function start(): Promise<void> {
  if (isRunning.value) return;
  loop += 1;
  const ownLoop = loop;
  // From now on a click pauses, and so does leaving the tab.
  isRunning.value = true;
  if (latest.value === undefined || latest.value.epoch >= MOST_EPOCHS || fault.value !== undefined) await restart();
  let isAsked = false;
  let frames = 0;
  let since = performance.now();
  const frame = (now: number): void => {
    if (ownLoop !== loop) return;
    if (!isRunning.value) {
      framesPerSecond.value = undefined;
      return;
    }
    frames += 1;
    if (now - since >= 1000) {
      framesPerSecond.value = Math.round((1000 * frames) / (now - since));
      frames = 0;
      since = now;
    }
    if (!isAsked) {
      isAsked = true;
      const own = run;
      trainer.advance(1).then(
        (epoch) => {
          isAsked = false;
          if (own === run) take(epoch);
        },
        (error) => {
          isAsked = false;
          // One that was left for another learning rate says nothing of that.
          if (own === run) fail(error);
        },
      );
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function take(epoch: Epoch): void {
  const losses = Object.entries(epoch.snapshots).map(([way, { loss }]) => [way as Way, loss] as const);
  if (losses.some(([, loss]) => !(loss < DIVERGED))) {
    isRunning.value = false;
    fault.value = diverged();
    return;
  }
  history.epochs.push(epoch.epoch);
  for (const [way, loss] of losses) history.losses[way].push(loss);
  latest.value = epoch;
  if (epoch.epoch >= MOST_EPOCHS) isRunning.value = false;
}

export function pause(): void {
  isRunning.value = false;
}

export const about = trainer.about();
