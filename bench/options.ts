import type { Clock } from "./clock.js";

/** What `npm run bench -- <suite>` takes after the suite. */
export interface Options {
  /** What to run of the suite; all if there are none. */
  names: string[];
  peers: boolean;
  /** Names of the contenders; all if there are none. */
  only: string[];
  rounds?: number;
  /** Whether nothing is left out, so that the results stand for the suite. */
  whole: boolean;
  clock: Clock;
}

/**
 * Reads names, `--no-peers`, `--only=<contender>,<contender>`, `--rounds=<number>`, and `--cpu` to count processor time.
 *
 * @param known - The names that there are.
 */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const options: Options = { names: [], peers: true, only: [], clock: "wall", whole: words.length === 0 };
  for (const word of words) {
    const [flag, value = ""] = word.split("=");
    if (flag === "--no-peers") options.peers = false;
    else if (flag === "--cpu") options.clock = "cpu";
    else if (flag === "--only") options.only = value.split(",");
    else if (flag === "--rounds") options.rounds = Number(value);
    else if (known.includes(word)) options.names.push(word);
    else throw new Error(`"${word}" is none of ${known.join(", ")}, --no-peers, --only=, --rounds=, --cpu`);
  }
  return options;
}
