/** Columns of a table: a name, a type of SQL's, and a value for each row, null for none. */
interface SqlColumn {
  name: string;
  type: string;
  values: readonly (string | number | boolean | null)[];
}

/** A PostgreSQL that runs. */
export interface Postgres {
  name: string;
  /** The rows that a query gives, each an array of numbers, arrays of numbers and null. */
  query(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

/** The expression for each row of a table. */
export async function evaluate(postgres: Postgres, sql: string, columns: readonly SqlColumn[]): Promise<unknown[]> {
  const rows = columns[0]?.values.map((_, i) => `(${i}, ${columns.map((column) => literal(column, i)).join(", ")})`);
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`);
  const table = `(VALUES ${rows?.join(", ")}) AS t ("row number", ${names.join(", ")})`;
  return (await postgres.query(`SELECT ${sql} FROM ${table} ORDER BY "row number"`)).map(([value]) => value);
}

function literal({ type, values }: SqlColumn, row: number): string {
  const value = values[row];
  if (value === null || value === undefined) return `CAST(NULL AS ${type})`;
  const text = String(value).replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  return `CAST(E'${text}' AS ${type})`;
}
