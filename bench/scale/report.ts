import { cpus } from "node:os";
import { digits, table } from "../harness.js";
import { COLUMNS, COUNT, LONG, SHAPE } from "./gates.js";
import type { QueueResult, Rates, Stages } from "./results.js";

const [N, P] = SHAPE;

export function report(stages: Stages | undefined, rates: readonly Rates[], queues: readonly QueueResult[]): void {
  console.log(`node ${process.version}, ${cpus().length} cores`);
  if (stages) {
    const { parseRow, copyRow, sumRow, mergeSums, fitModel, mergeModel } = stages;
    console.log(
      `\n${table(
        ["microseconds of processor time", ""],
        [
          [`parse a row of CSV, ${COLUMNS + 1} numbers of four decimals`, digits(parseRow)],
          [`copy a row of ${COLUMNS} into shared memory`, digits(copyRow)],
          [`sum a row of ${COLUMNS} and a target`, digits(sumRow)],
          [`merge sums of ${COLUMNS}`, digits(mergeSums)],
          [`fit a model of ${N}×${P}`, digits(fitModel)],
          ["cut and merge a model", digits(mergeModel)],
        ],
      )}`,
    );
  }
  if (rates.length > 0) {
    const million = (value: number | undefined) => digits(value === undefined ? undefined : value / 1e6);
    console.log(
      `\n${table(
        ["", `models of ${N}×${P} a second`, `million rows of ${COLUMNS} a second`, "the same from CSV"],
        rates.map(({ way, models, rows, csvRows }) => [way, digits(models), million(rows), million(csvRows)]),
      )}`,
    );
  }
  const share = (value: number) => `${Math.round(100 * value)} %`;
  for (const { server, job, jobsASecond, jobsSimulated, pieces, work, ofModels, ofLong } of queues) {
    console.log(
      `\n${server}: a job takes ${digits(job.coordinator)} ms of the coordinator, ${digits(job.server)} of the server, ${digits(job.worker)} of its worker beside its work${job.bytes ? `, and ${Math.round(job.bytes)} bytes` : ""}. Of next to no work, ${jobsASecond.map(digits).join(" and ")} jobs a second by one and two processes (simulated on cores of their own: ${jobsSimulated.map(digits).join(" and ")}). ${COUNT} models are ${pieces} jobs of ${digits(work * 1e3)} ms.\n`,
    );
    console.log(
      table(
        ["workers, simulated", "jobs a second", "models a second", "workers", "server", "coordinator busy", "limit"],
        [
          ...ofModels.map((one) => ({ ...one, models: (one.jobsASecond * COUNT) / pieces, label: `${one.workers}` })),
          ...ofLong.map((one) => ({ ...one, models: undefined, label: `${one.workers}, jobs of ${LONG} s` })),
        ].map(({ label, jobsASecond, models, busy, limit }) => [
          label,
          ...[jobsASecond, models].map(digits),
          ...[busy.workers, busy.server, busy.coordinator].map(share),
          limit,
        ]),
      ),
    );
  }
}
