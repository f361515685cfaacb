import type { SimulatedResponse } from './simulator.ts';

export const PROBLEMS = 'https://api.twitter.com/2/problems';

/** Partial errors of a look-up for an account that is missing or suspended. */
export const absence = (name: string, account: { isSuspended: boolean } | undefined): object[] => {
  if (account !== undefined && !account.isSuspended) return [];
  const [title, detail] =
    account === undefined
      ? ['Not Found Error', `Could not find user with usernames: [${name}].`]
      : ['Forbidden', `User has been suspended: [${name}].`];
  const type = `${PROBLEMS}/resource-not-found`;
  return [{ value: name, detail, title, resource_type: 'user', parameter: 'usernames', resource_id: name, type }];
};

export const notAuthorized = (id: string): object => ({
  resource_id: id,
  parameter: 'id',
  resource_type: 'user',
  section: 'data',
  title: 'Authorization Error',
  value: id,
  detail: `Sorry, you are not authorized to see the user with id: [${id}].`,
  type: `${PROBLEMS}/not-authorized-for-resource`,
});

export const invalid = (parameter: string, raw: string, bad: string): SimulatedResponse => ({
  status: 400,
  json: {
    errors: [
      {
        parameters: { [parameter]: [raw] },
        message: `The \`${parameter}\` query parameter value [${bad}] does not match ^[A-Za-z0-9_]{1,15}$`,
      },
    ],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: `${PROBLEMS}/invalid-request`,
  },
});

export const problem = (status: number, title: string, detail: string, type: string): SimulatedResponse => ({
  status,
  json: { title, detail, type, status },
});
