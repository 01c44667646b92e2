/** Rows for every family: a number, and one of three labels. */
export const X = [
  [1, 2],
  [2, 1],
  [3, 5],
  [4, 3],
  [0, 1],
  [2, 2],
];
export const y = [1, 2, 3, 5, 0, 2];
export const labels = ["a", "b", "a", "b", "c", "c"];
