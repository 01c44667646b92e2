/** What a job takes of each stage, in seconds. */
export interface Service {
  /** Of the coordinator's thread: to add it, and to take in its result. */
  add: number;
  take: number;
  /** Of the server, in all: half of it while the job is added, a quarter each as it is taken and as it is done. */
  server: number;
  /** Of a worker: one of these each, at random. */
  work: readonly number[];
}

/** What a queue does with so many jobs. */
interface Simulated {
  seconds: number;
  jobsASecond: number;
  /** Shares of the time for which each stage is busy; of workers on average. */
  busy: { coordinator: number; server: number; workers: number };
}

/** A stage that does one thing after the other. */
class Stage {
  busy = 0;
  #free = 0;

  /** When something that arrives at a time, and takes so long, is done. */
  serve(at: number, takes: number): number {
    this.#free = Math.max(this.#free, at) + takes;
    this.busy += takes;
    return this.#free;
  }
}

/** Events in the order of their times: a binary heap. */
class Agenda {
  readonly #events: { at: number; act: (at: number) => void }[] = [];

  add(at: number, act: (at: number) => void): void {
    const events = this.#events;
    let place = events.push({ at, act }) - 1;
    for (
      let parent = (place - 1) >> 1;
      place > 0 && events[parent].at > at;
      place = parent, parent = (place - 1) >> 1
    ) {
      [events[place], events[parent]] = [events[parent], events[place]];
    }
  }

  run(): void {
    const events = this.#events;
    while (events.length > 0) {
      const [first] = events;
      const last = events.pop() as (typeof events)[number];
      if (events.length > 0) events[0] = last;
      for (let place = 0; ; ) {
        let least = place;
        for (const child of [2 * place + 1, 2 * place + 2]) {
          if (child < events.length && events[child].at < events[least].at) least = child;
        }
        if (least === place) break;
        [events[place], events[least]] = [events[least], events[place]];
        place = least;
      }
      first.act(first.at);
    }
  }
}

/**
 * Jobs through a queue, event by event: the coordinator adds them, at most `window` at a time, the server stores them, hands each to an idle
 * worker and stores what came of it, which the coordinator takes in. Coordinator and server do one thing after the other, workers a job each.
 */
export function simulate(
  { add, take, server, work }: Service,
  workers: number,
  jobs: number,
  window: number,
  random: () => number,
): Simulated {
  const agenda = new Agenda();
  const [coordinator, store] = [new Stage(), new Stage()];
  let idle = workers;
  let waiting = 0;
  let added = 0;
  let done = 0;
  let out = 0;
  let worked = 0;
  let end = 0;
  const addMore = (at: number): void => {
    while (added < jobs && out < window) {
      added += 1;
      out += 1;
      const sent = coordinator.serve(at, add);
      agenda.add(sent, (now) => agenda.add(store.serve(now, server / 2), arrive));
    }
  };
  const arrive = (at: number): void => {
    waiting += 1;
    assign(at);
  };
  const assign = (at: number): void => {
    while (idle > 0 && waiting > 0) {
      idle -= 1;
      waiting -= 1;
      const takes = work[Math.min(work.length - 1, Math.floor(random() * work.length))];
      worked += takes;
      const begun = store.serve(at, server / 4);
      agenda.add(begun + takes, (now) => agenda.add(store.serve(now, server / 4), finish));
    }
  };
  const finish = (at: number): void => {
    idle += 1;
    assign(at);
    agenda.add(coordinator.serve(at, take), (now) => {
      done += 1;
      out -= 1;
      end = now;
      addMore(now);
    });
  };
  addMore(0);
  agenda.run();
  if (done !== jobs) throw new Error(`${jobs} jobs were to be done, got ${done}`);
  return {
    seconds: end,
    jobsASecond: jobs / end,
    busy: { coordinator: coordinator.busy / end, server: store.busy / end, workers: worked / end / workers },
  };
}

/** What the stages allow at the most: the work shared out among the workers, or the slowest of those that do one thing after the other. */
export function bounds({ add, take, server, work }: Service, workers: number) {
  const mean = work.reduce((sum, value) => sum + value, 0) / work.length;
  return { workers: workers / mean, server: 1 / server, coordinator: 1 / (add + take) };
}
