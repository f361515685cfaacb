const DEEPEST = 5;

/**
 * What a log may say of an error. Nothing but these fields: errors of HTTP and mail libraries carry whole requests,
 * credentials included.
 */
export type ErrorFields = {
  type: string;
  message: string;
  stack?: string;
  code?: string | number;
  cause?: ErrorFields;
  errors?: ErrorFields[];
};

export const errorFields = (thrown: unknown, depth = 0): ErrorFields => {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: typeof thrown === 'string' ? thrown : '' };
  const { name, message, stack, cause } = thrown;
  const code = 'code' in thrown ? thrown.code : undefined;
  const isAtTheEnd = depth === DEEPEST;
  return {
    type: name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || isAtTheEnd ? {} : { cause: errorFields(cause, depth + 1) }),
    ...(thrown instanceof AggregateError && !isAtTheEnd
      ? { errors: thrown.errors.slice(0, DEEPEST).map((error) => errorFields(error, depth + 1)) }
      : {}),
  };
};
