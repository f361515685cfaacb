import { Secret } from '../shared/secret.ts';
import { CHARACTER_CLASSES } from './character-classes.ts';
import { PasswordRecipe } from './password-recipe.ts';

/** Draws a whole number from 0 up to, not including, `end`; each as likely as the others. */
export type RandomBelow = (end: number) => number;

/** One character of each class, the rest of any of them, in an order that chance alone decides. */
export const generatePassword = ({ length, complexity }: PasswordRecipe, draw: RandomBelow): Secret => {
  const classes = CHARACTER_CLASSES.slice(0, complexity);
  const any = classes.join('');
  const characters = classes.map((one) => oneOf(one, draw));
  while (characters.length < length) characters.push(oneOf(any, draw));
  return new Secret(shuffled(characters, draw).join(''));
};

/**
 * A password for an account that is test data: 6 to 12 characters of any complexity. It may be shorter than the policy
 * allows people, for nobody chooses it; what people choose goes through PasswordPolicy.
 */
export const generateTestPassword = (draw: RandomBelow): Secret =>
  generatePassword(PasswordRecipe.of({ length: 6 + draw(7), complexity: 1 + draw(CHARACTER_CLASSES.length) }), draw);

const oneOf = (characters: string, draw: RandomBelow): string => characters.charAt(draw(characters.length));

/** Fisher and Yates: every order is as likely as every other. */
const shuffled = (characters: readonly string[], draw: RandomBelow): string[] => {
  const order = [...characters];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const chosen = draw(last + 1);
    [order[last], order[chosen]] = [order[chosen] as string, order[last] as string];
  }
  return order;
};
