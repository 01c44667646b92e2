/** Standard input. */
export const standardInput = (): AsyncIterable<Uint8Array> => process.stdin;

/** The first bytes of a stream, and the stream from its start. */
export async function peeked(
  stream: AsyncIterable<Uint8Array>,
): Promise<[first: Uint8Array, all: AsyncGenerator<Uint8Array, void, undefined>]> {
  const iterator = stream[Symbol.asyncIterator]();
  let first = new Uint8Array(0);
  let isEnd = false;
  while (first.length < 512 && !isEnd) {
    const { done, value } = await iterator.next();
    if (done) isEnd = true;
    else first = Buffer.concat([first, value]);
  }
  const all = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    if (first.length > 0) yield first;
    while (!isEnd) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  };
  return [first, all()];
}
