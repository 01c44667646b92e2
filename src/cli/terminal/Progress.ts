import type { SingleBar } from "cli-progress";
import { counted } from "../../printing/numbers.js";
import type { Step } from "../Job.js";

/** Milliseconds between two lines where there is no terminal. */
const PAUSE = 3000;

/** Shows on standard error how far a command is: bars on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #kind: "bars" | "lines" | "none";
  #bar: SingleBar | undefined;
  #isLoading = false;
  #last: Step | undefined;
  #spoken = performance.now();

  constructor(kind: "bars" | "lines" | "none") {
    this.#kind = kind;
  }

  show(step: Step): void {
    if (this.#kind === "none") return;
    const isNew = step.label !== this.#last?.label;
    this.#last = step;
    if (this.#kind === "bars") this.#draw(isNew);
    else if (performance.now() - this.#spoken >= PAUSE) {
      this.#spoken = performance.now();
      process.stderr.write(`${step.label}: ${amountOf(step)}\n`);
    }
  }

  /** Says something in a line of its own. */
  aside(text: string): void {
    if (this.#kind === "none") return;
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  close(): void {
    this.clear();
    this.#last = undefined;
  }

  #draw(isNew: boolean): void {
    if (this.#isLoading) return;
    if (this.#bar !== undefined && !isNew) {
      this.#update();
      return;
    }
    this.clear();
    this.#isLoading = true;
    void import("cli-progress").then(({ default: { SingleBar, Format } }) => {
      this.#isLoading = false;
      if (this.#last === undefined) return;
      this.#bar = new SingleBar({
        format: (options, { progress }, { label, amount, isOpen }) =>
          `${label}  ${isOpen ? "" : `${Format.BarFormat(progress, options)}  `}${amount}`,
        barsize: 24,
        barCompleteChar: "━",
        barIncompleteChar: "─",
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        gracefulExit: false,
        stream: process.stderr,
        fps: 20,
      });
      this.#bar.start(1, 0, this.#payload());
      this.#update();
    });
  }

  #update(): void {
    const { done, total } = this.#last as Step;
    this.#bar?.update(total > 0 && total < Number.POSITIVE_INFINITY ? Math.min(1, done / total) : 0, this.#payload());
  }

  #payload(): object {
    const step = this.#last as Step;
    return { label: step.label, amount: amountOf(step), isOpen: !(step.total < Number.POSITIVE_INFINITY) };
  }
}

function amountOf({ done, total, unit }: Step): string {
  if (unit === "") return "";
  const of = total < Number.POSITIVE_INFINITY ? ` of ${counted(total)}` : "";
  return `${counted(done)}${of} ${unit}`;
}
