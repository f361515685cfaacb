import { Client } from 'pg';

/** A connection of a test, closed when it is disposed of. */
export const connected = async (connectionString: string) => {
  const client = new Client({ connectionString });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
};
