import { closed } from '../../openapi/responses.ts';
import { Type } from '../../openapi/type.ts';

const level = Type.Integer({
  minimum: 0,
  maximum: 4,
  description:
    '1: lowercase letters; 2: digits too; 3: capitals too; 4: ASCII punctuation too; 0: no lowercase letter. Each class counts only above all earlier ones. Eight or more of lowercase alone are level 2, of lowercase and digits alone level 3',
  examples: [4],
});

export const PasswordWish = Type.Object(
  {
    length: Type.Integer({ description: '1 to 128, and at least `complexity`', examples: [12] }),
    complexity: Type.Integer({
      description: 'How many classes to use, 1 to 4: lowercase letters, digits, capitals, punctuation',
      examples: [4],
    }),
  },
  closed,
);

export const SuggestedPassword = Type.Object(
  { password: Type.String({ description: 'Kept nowhere', examples: ['r8!Kq2mV#zd1'] }), level },
  closed,
);

export const PasswordToRate = Type.Object(
  { password: Type.String({ description: 'Kept nowhere', examples: ['abcdefg1'] }) },
  closed,
);

export const RatedPassword = Type.Object({ level }, closed);
