/** A guild's gable: the picture of the pages, so that they show nobody else's. */
export const ICON = {
  type: 'image/svg+xml',
  content:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 2 2 12h28z" fill="#7a4b2a"/><path d="M5 14h4v12H5zm9 0h4v12h-4zm9 0h4v12h-4zM3 27h26v3H3z" fill="#3b3a36"/></svg>',
} as const;
