import { isEqual } from './canonical-json.ts';

/** Whether `change` gives each of its properties the value that it has in `state` already. */
export const isUnchanged = <State extends object>(state: State, change: Partial<State>): boolean =>
  (Object.keys(change) as (keyof State)[]).every((property) => isEqual(state[property], change[property]));
