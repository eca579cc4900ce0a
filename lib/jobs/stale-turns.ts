import { BATCH_PEOPLE, type FactsBatch } from "./facts-walk";

/** People of one project, and of all, that wait here; the facts job's search finds the others. */
const MAX_OF_PROJECT = 50_000;
const MAX_PEOPLE = 400_000;

/** People whose facts are to be computed. Projects take turns, one group each, so one with many delays no other. */
export class StaleTurns {
  readonly #waiting = new Map<string, Set<number>>();
  #count = 0;

  /** O(people). */
  add(people: ReadonlyMap<string, Iterable<number>>): void {
    for (const [projectId, ids] of people) {
      const waiting = this.#waiting.get(projectId) ?? new Set();
      this.#count -= waiting.size;
      for (const id of ids) {
        if (waiting.size >= MAX_OF_PROJECT || this.#count + waiting.size >= MAX_PEOPLE) break;
        waiting.add(id);
      }
      this.#count += waiting.size;
      if (waiting.size > 0) this.#waiting.set(projectId, waiting);
    }
  }

  /** Takes the next group; null if nobody waits. */
  next(): FactsBatch | null {
    const [projectId, waiting] = this.#waiting.entries().next().value ?? [];
    if (projectId === undefined || waiting === undefined) return null;
    const people: number[] = [];
    for (const person of waiting) {
      people.push(person);
      waiting.delete(person);
      if (people.length === BATCH_PEOPLE) break;
    }
    this.#count -= people.length;
    // Moves it behind the others.
    this.#waiting.delete(projectId);
    if (waiting.size > 0) this.#waiting.set(projectId, waiting);
    return { projectId, people };
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }
}
