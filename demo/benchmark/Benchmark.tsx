export function Benchmark() {
  return <h1>Benchmark</h1>;
}
