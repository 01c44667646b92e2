// The calls of the library that a command makes, in a process of their own: milliseconds of each, as JSON.
const [task, file, folder] = process.argv.slice(2);
const { readCsv } = await import(`${folder}/readers.node.js`);
const { crossValidate, dense, fitMany } = await import(`${folder}/index.node.js`);
const { createExecutor } = await import(`${folder}/workers.node.js`);
const times = {};
let last = performance.now();
const lap = (name) => {
  const now = performance.now();
  times[name] = now - last;
  last = now;
};
const chunks = [];
for await (const chunk of readCsv(file)) chunks.push(chunk);
lap("readCsv");
const names = chunks[0].names.filter((name) => name !== "y" && name !== "group");
const n = chunks.reduce((sum, { rows }) => sum + rows, 0);
const column = (name, out = new Float64Array(n)) => {
  let at = 0;
  for (const { columns, rows } of chunks) {
    out.set(columns[name], at);
    at += rows;
  }
  return out;
};
const data = new Float64Array(n * names.length);
for (const [j, name] of names.entries()) column(name, data.subarray(j * n, (j + 1) * n));
const X = dense(data, n, names.length, { order: "column" });
const y = column("y");
const groups = task === "many" ? column("group") : undefined;
lap("X");
if (task === "cv") {
  crossValidate(X, y, { folds: 10 });
  lap("crossValidate");
} else {
  fitMany({ X, y, groups, lambda: 0.1 });
  lap("fitMany");
  const executor = createExecutor();
  await executor.fitMany({ X, y, groups, lambda: 0.1 });
  lap("executor");
  await executor.close();
}
console.log(JSON.stringify(times));
