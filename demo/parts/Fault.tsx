import { NotStarted } from "./call.js";

export interface Remedy {
  label: string;
  act(): void;
}

/** What is on the page in place of what was wanted. */
export interface Trouble {
  message: string;
  mend?: Remedy | undefined;
}

/** What mends an error: where a worker did not start, nothing but another start. The address holds what was chosen. */
export const remedyOf = (error: Error, otherwise?: Remedy): Remedy | undefined =>
  error instanceof NotStarted ? { label: "Load the page again", act: () => location.reload() } : otherwise;

/** What went wrong, in a sentence, and a button that mends it. */
export function Fault({ message, mend }: Trouble) {
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
