import { canonicalJson } from './canonical-json.ts';

/** Whether `change` gives each of its properties the value that it has in `state` already. */
export const isUnchanged = <State extends object>(state: State, change: Partial<State>): boolean =>
  (Object.keys(change) as (keyof State)[]).every((property) => isSame(state[property], change[property]));

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (isObject(left) && isObject(right) && canonicalJson(left) === canonicalJson(right));

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
