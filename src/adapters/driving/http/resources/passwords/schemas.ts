import { domainRule, named, Type } from '../../openapi/schema.ts';

const level = Type.Integer({
  minimum: 0,
  maximum: 4,
  description:
    '1: lowercase letters; 2: also digits; 3: also uppercase letters; 4: also ASCII punctuation; 0: no lowercase letter. A class counts only where all earlier ones are present. 8 or more characters of lowercase alone are level 2, of lowercase and digits alone level 3',
  examples: [4],
});

export const PasswordRecipe = named('PasswordRecipe', {
  length: Type.Integer({
    ...domainRule({ minimum: 1, maximum: 128 }),
    description: 'Number of characters, at least `complexity`',
    examples: [12],
  }),
  complexity: Type.Integer({
    ...domainRule({ minimum: 1, maximum: 4 }),
    description: 'Number of character classes: lowercase letters, digits, uppercase letters, punctuation',
    examples: [4],
  }),
});

export const GeneratedPassword = named('GeneratedPassword', {
  password: Type.String({
    minLength: 1,
    maxLength: 128,
    description: 'Neither stored nor logged',
    examples: ['r8!Kq2mV#zd1'],
  }),
  level,
});

export const PasswordToRate = named('PasswordToRate', {
  password: Type.String({ format: 'password', description: 'Neither stored nor logged', examples: ['abcdefg1'] }),
});

export const PasswordLevel = named('PasswordLevel', { level });
