/** Who asks what is being asked already shares the answer, or the failure. */
export class SingleFlight<Answer> {
  readonly #flights = new Map<string, Promise<Answer>>();

  join(key: string, start: () => Promise<Answer>): Promise<Answer> {
    const flight = this.#flights.get(key);
    if (flight !== undefined) return flight;
    const fresh = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, fresh);
    return fresh;
  }
}
