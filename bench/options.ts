import type { Clock } from "./clock.js";

/** What the words after a suite say. */
export interface Options {
  /** What to run of the suite; all of it if there are none. */
  names: string[];
  /** Contenders; all if there are none. */
  only: string[];
  peers: boolean;
  rounds?: number;
  /** Another build, to compare with. */
  base?: string;
  clock: Clock;
  save: boolean;
}

interface Flag {
  word: string;
  /** What stands behind its `=`, if anything. */
  value?: string;
  meaning: string;
  read(options: Options, value: string, suite: Suite): void;
}

const flags = {
  peers: {
    word: "--no-peers",
    meaning: "leave out all that is not ours",
    read: (options) => {
      options.peers = false;
    },
  },
  only: {
    word: "--only",
    value: "<contender>,<contender>",
    meaning: "leave out all other contenders",
    read: (options, value, { contenders = [] }) => {
      options.only = value.split(",");
      const stranger = options.only.find((name) => !contenders.includes(name));
      if (stranger !== undefined) throw new UsageError(`"${stranger}" is no contender: ${listed(contenders)}`);
    },
  },
  rounds: {
    word: "--rounds",
    value: "<number>",
    meaning: "how often each is timed",
    read: (options, value) => {
      if (!/^[1-9]\d{0,5}$/.test(value))
        throw new UsageError(`--rounds must be a whole number from 1 on, got "${value}"`);
      options.rounds = Number(value);
    },
  },
  base: {
    word: "--base",
    value: "<dist/index.js or checkout>",
    meaning: "the build to compare with",
    read: (options, value) => {
      options.base = value;
    },
  },
  cpu: {
    word: "--cpu",
    meaning: "count processor time: the better measure on a machine that others use too",
    read: (options) => {
      options.clock = "cpu";
    },
  },
  save: {
    word: "--save",
    meaning: "write what the whole suite gives to bench/results/<suite>.json",
    read: (options) => {
      options.save = true;
    },
  },
} satisfies Record<string, Flag>;

/** A benchmark: `npm run bench -- <suite>`. */
export interface Suite {
  /** What it measures, in a line. */
  title: string;
  /** What of it can be asked for alone. */
  names: readonly string[];
  /** What it takes besides `--save`. */
  flags: readonly (keyof typeof flags)[];
  /** What `--only` can choose from. */
  contenders?: readonly string[];
  /** Measures, prints tables and gates, and returns what `--save` writes. */
  run(options: Options): Promise<Record<string, unknown>>;
}

/** The command line asks for what there is not. */
export class UsageError extends Error {}

const flagsOf = (suite: Suite): Flag[] => [...suite.flags, "save" as const].map((name) => flags[name]);
const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/**
 * Reads the words after a suite. One that is unknown is an error: as a name it would choose nothing, and a benchmark of nothing
 * agrees with everyone.
 *
 * @throws UsageError.
 */
export function readOptions(words: readonly string[], suite: Suite): Options {
  const options: Options = { names: [], only: [], peers: true, clock: "wall", save: false };
  for (const text of words) {
    if (suite.names.includes(text)) {
      options.names.push(text);
      continue;
    }
    const equals = text.indexOf("=");
    const word = equals < 0 ? text : text.slice(0, equals);
    const flag = flagsOf(suite).find((flag) => flag.word === word);
    if (flag === undefined) {
      const known = [
        ...(suite.names.length > 0 ? [listed(suite.names)] : []),
        ...flagsOf(suite).map(({ word }) => word),
      ];
      throw new UsageError(`"${text}" is none of ${known.join(", ")}`);
    }
    if (flag.value !== undefined && equals < 0) throw new UsageError(`${word} takes a value: ${word}=${flag.value}`);
    if (flag.value === undefined && equals >= 0) throw new UsageError(`${word} takes no value`);
    flag.read(options, text.slice(equals + 1), suite);
  }
  if (options.save && (options.names.length > 0 || options.only.length > 0 || !options.peers)) {
    throw new UsageError("--save is for the results of a whole suite: without names, --only and --no-peers");
  }
  return options;
}

/** What a suite measures and takes. */
export function help(name: string, suite: Suite): string {
  const rows = flagsOf(suite).map(({ word, value, meaning }) => [value ? `${word}=${value}` : word, meaning]);
  const width = Math.max(...rows.map(([word]) => word.length));
  return [
    `npm run bench -- ${name}${suite.names.length > 0 ? " [name ...]" : ""} [flag ...]: ${suite.title}`,
    ...(suite.names.length > 0 ? [`  names: ${listed(suite.names)}`] : []),
    ...(suite.contenders ? [`  contenders: ${listed(suite.contenders)}`] : []),
    ...rows.map(([word, meaning]) => `  ${word.padEnd(width)}  ${meaning}`),
  ].join("\n");
}
