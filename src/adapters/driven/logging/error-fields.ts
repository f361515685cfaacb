const MAX_DEPTH = 5;

/**
 * The fields of an error that are logged. No others: errors of HTTP and mail libraries contain whole requests, with
 * credentials.
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
  const isDeepest = depth === MAX_DEPTH;
  return {
    type: name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || isDeepest ? {} : { cause: errorFields(cause, depth + 1) }),
    ...(thrown instanceof AggregateError && !isDeepest
      ? { errors: thrown.errors.slice(0, MAX_DEPTH).map((error) => errorFields(error, depth + 1)) }
      : {}),
  };
};
