/** What went wrong, in a sentence, and a button that mends it. */
export function Fault({ message, mend }: { message: string; mend?: { label: string; act(): void } | undefined }) {
  return (
    <div class="fault" role="alert">
      <p>{message}</p>
      {mend && (
        <button type="button" onClick={mend.act}>
          {mend.label}
        </button>
      )}
    </div>
  );
}
