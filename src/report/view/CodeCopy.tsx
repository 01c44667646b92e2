import { useSignal } from "@preact/signals";
import { codeOf, LANGUAGES, type Language } from "./code/codeOf.js";
import { useDerived } from "./hooks.js";
import type { ReportState } from "./state.js";

/** The fit at the cursor as code of three languages: shown, and copied. */
export function CodeCopy({ state }: { state: ReportState }) {
  const shown = useSignal<Language | undefined>(undefined);
  const says = useSignal("");
  const { data, lambda, gamma, pins } = state;
  const copy = async (language: Language): Promise<void> => {
    shown.value = language;
    try {
      await navigator.clipboard.writeText(codeOf(language, data, lambda.value, gamma.value));
      says.value = `Copied as ${LANGUAGES[language]}.`;
    } catch {
      says.value = "This browser lets no page copy: select the text below.";
    }
  };
  const address = useDerived(() => {
    const pinned = pins.value.map((j) => data.names[j]);
    const hash = new URLSearchParams({
      lambda: String(Number(lambda.value.toPrecision(6))),
      ratio: String(data.l1Ratio),
      ...(pinned.length > 0 && {
        pins: pinned.some((name) => /^\[|,/.test(name)) ? JSON.stringify(pinned) : pinned.join(","),
      }),
    });
    return `${data.page}#${hash}`;
  }, [state]);
  const code = useDerived(
    () => (shown.value === undefined ? "" : codeOf(shown.value, data, lambda.value, gamma.value)),
    [state],
  );
  return (
    <section class="rg-part" aria-label="Take it elsewhere">
      <div class="rg-bar-of-controls">
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <button key={language} type="button" onClick={() => copy(language)}>
            {language === "typescript" ? "Copy as " : ""}
            {LANGUAGES[language]}
          </button>
        ))}
        {data.page !== "" && (
          <a class="rg-button" href={address} target="_blank" rel="noopener noreferrer">
            Open in the page
          </a>
        )}
      </div>
      <p class="rg-soft rg-small" role="status" style={{ margin: "6px 0 0", minHeight: "1.5em" }}>
        {says}
      </p>
      {shown.value !== undefined && (
        <pre tabindex={0}>
          <code>{code}</code>
        </pre>
      )}
    </section>
  );
}
