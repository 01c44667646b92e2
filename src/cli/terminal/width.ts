import stringWidth from "string-width";

/** How many columns of a terminal a text takes: letters of Chinese, Japanese and Korean take two, accents that follow their letters none. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text with as many spaces behind it as it lacks to a width. */
export const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** Characters that a column of a terminal may take, with all its accents. */
const LONGEST = 16;

/** A text in one line of at most so many columns: what is too long loses its middle. */
export function shortened(text: string, width: number): string {
  // Of a very long one its ends are enough: letters are found in a time that grows with the square of its length.
  const most = LONGEST * width;
  const ends = text.length > 2 * most ? text.slice(0, most) + text.slice(-most) : text;
  const line = ends.replace(/\p{Cc}/gu, " ");
  if (widthOf(line) <= width) return line;
  const letters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  const taken = (all: readonly string[], room: number): string[] => {
    let left = room;
    const end = all.findIndex((letter) => {
      left -= widthOf(letter);
      return left < 0;
    });
    return all.slice(0, end);
  };
  const head = taken(letters, Math.ceil((width - 1) / 2));
  const tail = taken(letters.toReversed(), Math.floor((width - 1) / 2));
  return `${head.join("")}…${tail.reverse().join("")}`;
}
