import type { DuckDBAppender } from "@duckdb/node-api";
import type { AnyModel, ManyModels } from "../../index.js";
import { Failure } from "../failures.js";

const PACKAGE = "@duckdb/node-api";

/** A column of the file: its name in it, its type, and the value of a model, undefined for none. */
type Column = [name: string, type: "VARCHAR" | "DOUBLE" | "BOOLEAN", value: (i: number) => unknown];

/**
 * Writes many models as a table in Parquet, one in each row: its group, what is known of its fit, and a column for each coefficient, by the name of its column. DuckDB
 * writes it.
 */
export async function manyParquet(many: ManyModels<AnyModel>, names: readonly string[], file: string): Promise<void> {
  const columns = columnsOf(many, names);
  const load = (): Promise<typeof import("@duckdb/node-api")> => import(/* @vite-ignore */ PACKAGE);
  const { DuckDBInstance } = await load().catch(() => {
    throw new Failure("Parquet is written by a package that is not installed", `npm install ${PACKAGE}`);
  });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const quoted = columns.map(([name, type]) => `"${name.replaceAll('"', '""')}" ${type}`);
    await connection.run(`CREATE TABLE models (${quoted.join(", ")})`);
    const appender = await connection.createAppender("models");
    for (let i = 0; i < many.length; ++i) {
      for (const [, type, value] of columns) append(appender, type, value(i));
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY models TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function append(appender: DuckDBAppender, type: Column[1], value: unknown): void {
  if (value === undefined || value === null) appender.appendNull();
  else if (type === "VARCHAR") appender.appendVarchar(String(value));
  else if (type === "BOOLEAN") appender.appendBoolean(value === true);
  else appender.appendDouble(value as number);
}

function columnsOf(many: ManyModels<AnyModel>, names: readonly string[]): Column[] {
  const {
    keys = [],
    errors,
    lambdas,
    l1Ratios,
    intercepts,
    coefficients,
    starts,
    cvErrors,
    standardErrors,
    converged,
  } = many;
  if (many.family === "multinomial") {
    throw new Failure(
      "multinomial models have a coefficient for each class, and no table has these",
      "--output models.jsonl",
    );
  }
  const fitted =
    <T>(value: (i: number) => T) =>
    (i: number): T | undefined =>
      errors[i] === undefined ? value(i) : undefined;
  const isNumber = keys.every((key) => typeof key === "number");
  const facts: Column[] = [
    ["key", isNumber ? "DOUBLE" : "VARCHAR", (i) => keys[i]],
    ["lambda", "DOUBLE", fitted((i) => lambdas[i])],
    ["l1Ratio", "DOUBLE", fitted((i) => l1Ratios[i])],
    ...(cvErrors ? [["cvError", "DOUBLE", fitted((i) => cvErrors[i])] satisfies Column] : []),
    ...(standardErrors ? [["standardError", "DOUBLE", fitted((i) => standardErrors[i])] satisfies Column] : []),
    ["converged", "BOOLEAN", fitted((i) => converged[i] === 1)],
    ["error", "VARCHAR", (i) => errors[i]?.message],
    ["(intercept)", "DOUBLE", fitted((i) => intercepts[i])],
  ];
  // DuckDB does not tell capitals from small letters.
  const taken = new Set(facts.map(([name]) => name.toLowerCase()));
  const free = (name: string): string => {
    let own = name;
    for (let k = 1; taken.has(own.toLowerCase()); ++k) own = `${name} (coefficient${k > 1 ? ` ${k}` : ""})`;
    taken.add(own.toLowerCase());
    return own;
  };
  return [
    ...facts,
    ...names.map((name, j): Column => [free(name), "DOUBLE", fitted((i) => coefficients[starts[i] + j])]),
  ];
}
