/** What a person sees first. Tells where to go, what is open, and one thing to try. */
export const firstScreen = (facts: {
  address: string;
  store: string;
  mail: string;
  sampleUsers: number;
  isAdministrationOpen: boolean;
  isThrottled: boolean;
  servesDocs: boolean;
}): string => {
  const { address, store, mail, sampleUsers, isAdministrationOpen, isThrottled, servesDocs } = facts;
  const lines = [
    'Guildhall runs in development mode.',
    '',
    ...(servesDocs ? [`  API, to read and try   ${address}/docs   (or ${address}/redoc)`] : []),
    `  Store                  ${store}${sampleUsers > 0 ? `, with ${sampleUsers} sample users (they have no password)` : ''}`,
    `  Mail                   ${mail}`,
    '',
    'Open because this is development:',
    ...(isAdministrationOpen ? ['  - everybody may administer: no ADMIN_API_KEY is set'] : []),
    '  - reset tokens are shown in the answer, not only sent by mail',
    ...(isThrottled ? [] : ['  - nobody is stopped from guessing: THROTTLE is off']),
    '',
    'Try it:',
    `  curl -i ${address}/register -H 'content-type: application/json' \\`,
    `    -d '{"email":"ada@example.com","password":"correct horse battery","age":36,"name":"Ada"}'`,
    '',
    'Stop it with Ctrl-C. For production set NODE_ENV=production; .env.example lists every setting.',
  ];
  return `\n${lines.join('\n')}\n\n`;
};
