import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pairs } from "./elsewhere.js";

interface Numbers {
  source: string;
  numbers: Record<string, number[]>;
}

const read = (path: string) => JSON.parse(readFileSync(`test/fixtures/${path}`, "utf8"));

/** The weights of PyTorch are those that its optimisers are held to; the first case of the same options. */
function pytorch(): Numbers {
  const { source, cases } = read("golden/torch-optim.json");
  const options = {
    SGD: { lr: 0.05, momentum: 0.9, weight_decay: 0.02 },
    Adam: { lr: 0.01, weight_decay: 0.01 },
    AdamW: { lr: 0.01, weight_decay: 0.01 },
  };
  const numbers: Numbers["numbers"] = {};
  for (const [name, wanted] of Object.entries(options)) {
    const found = cases.find(
      (one: { optimizer: string; options: object }) =>
        one.optimizer === name && JSON.stringify(one.options) === JSON.stringify(wanted),
    );
    numbers[name] = found.trajectory.at(-1);
  }
  return { source: source.replace(/\.\d+a\d+,.*/, ""), numbers };
}

const sources: Record<keyof typeof pairs, Numbers> = {
  "scikit-learn": read("elsewhere/sklearn.json"),
  glmnet: read("elsewhere/glmnet.json"),
  PyTorch: pytorch(),
  Keras: read("elsewhere/keras.json"),
};

/** The largest difference, relative to the largest number of theirs. */
function difference(ours: Float64Array, theirs: readonly number[]): number {
  const scale = Math.max(...theirs.map(Math.abs));
  return Math.max(...theirs.map((value, j) => Math.abs(ours[j] - value))) / scale;
}

const cases = (Object.keys(pairs) as (keyof typeof pairs)[]).flatMap((side) =>
  Object.entries(pairs[side]).map(([name, run]) => ({ side, name, run })),
);

describe("the same fit elsewhere", () => {
  test.for(cases)("$side, $name", ({ side, name, run }) => {
    const theirs = sources[side].numbers[name];
    const ours = run();
    expect(ours).toHaveLength(theirs.length);
    expect(difference(ours, theirs)).toBeLessThan(1e-8);
  });

  test("each number of theirs has one of ours", () => {
    for (const side of Object.keys(pairs) as (keyof typeof pairs)[]) {
      expect(Object.keys(pairs[side]).sort()).toEqual(Object.keys(sources[side].numbers).sort());
    }
  });
});

/** The first digits of a number, as many as are shown of both. */
const digits = (value: number): string => value.toPrecision(13).replace(/0+$/, "");

test("docs/from/_equal.md is the table of them", async () => {
  const sections = (Object.keys(pairs) as (keyof typeof pairs)[]).map((side) => {
    const { source, numbers } = sources[side];
    const rows = Object.entries(pairs[side]).map(([name, run]) => {
      const theirs = numbers[name];
      const ours = run();
      const j = theirs.reduce((most, value, i) => (Math.abs(value) > Math.abs(theirs[most]) ? i : most), 0);
      const apart = difference(ours, theirs);
      const shown = apart === 0 ? "0" : apart < 2 ** -52 ? "below 2⁻⁵²" : `${apart.toExponential(0)}`;
      return `| ${name} | ${theirs.length} | ${digits(theirs[j])} | ${digits(ours[j])} | ${shown} |`;
    });
    const head = ["| pair | numbers | there | here | difference |", "|---|---|---|---|---|"];
    return [`## ${side}`, "", ...head, ...rows, "", `There: ${source}.`].join("\n");
  });
  const text = `${sections.join("\n\n")}\n`;
  await expect(text).toMatchFileSnapshot("../../docs/from/_equal.md");
});
