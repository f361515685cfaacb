import { Secret } from '../shared/secret.ts';
import { CHARACTER_CLASSES, PasswordRecipe } from './password-recipe.ts';

/** Draws a whole number from 0 up to, not including, `end`; each is equally likely. */
export type RandomBelow = (end: number) => number;

/** One character of each class and the rest from all of them, in random order. */
export const generatePassword = ({ length, complexity }: PasswordRecipe, randomBelow: RandomBelow): Secret => {
  const classes = CHARACTER_CLASSES.slice(0, complexity);
  const all = classes.join('');
  const characters = classes.map((members) => characterOf(members, randomBelow));
  while (characters.length < length) characters.push(characterOf(all, randomBelow));
  return new Secret(shuffled(characters, randomBelow).join(''));
};

/**
 * A password for a test account: 6 to 12 characters of any complexity. Generated passwords may be shorter than
 * PasswordPolicy allows for chosen ones.
 */
export const generateTestPassword = (randomBelow: RandomBelow): Secret => {
  const length = 6 + randomBelow(7);
  const complexity = 1 + randomBelow(CHARACTER_CLASSES.length);
  return generatePassword(PasswordRecipe.of({ length, complexity }), randomBelow);
};

const characterOf = (characters: string, randomBelow: RandomBelow): string =>
  characters.charAt(randomBelow(characters.length));

/** Fisher-Yates: every order is equally likely. */
const shuffled = (characters: readonly string[], randomBelow: RandomBelow): string[] => {
  const order = [...characters];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const chosen = randomBelow(last + 1);
    [order[last], order[chosen]] = [order[chosen] as string, order[last] as string];
  }
  return order;
};
