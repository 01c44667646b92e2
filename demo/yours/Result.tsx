import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { ReportData } from "regulus/report";
import { createState, ReportView } from "../../src/report/view/index.js";
import "../../src/report/view/theme.css";
import { DOWNLOADS, type Download } from "./downloads.js";
import { download } from "./workbench.js";

const WORDS: Record<Download, string> = {
  model: "Model (JSON)",
  report: "Report (HTML)",
  javascript: "JavaScript",
  sql: "SQL",
  csv: "Coefficients (CSV)",
  onnx: "ONNX",
};

/** The report of a cross-validation, and what can be taken home. */
export function Result({ report }: { report: ReportData }) {
  const count = useRef(0);
  const state = useMemo(() => {
    count.current += 1;
    return createState(report);
  }, [report]);
  const rule = useSignal<"min" | "1se">("1se");
  return (
    <section class="stack" aria-label="Result">
      <div class="controls">
        <span>Download</span>
        {DOWNLOADS.map((kind) => (
          <button key={kind} type="button" onClick={() => download(kind, rule.value)}>
            {WORDS[kind]}
          </button>
        ))}
        <label>
          of
          <select
            value={rule.value}
            onChange={({ currentTarget }) => {
              rule.value = currentTarget.value as "min" | "1se";
            }}
          >
            <option value="1se">the simplest within one standard error</option>
            <option value="min">the smallest error</option>
          </select>
        </label>
      </div>
      {/* What the views compute is of one state: another one has views of its own. */}
      <ReportView key={count.current} state={state} />
    </section>
  );
}
