/** The form of an id, and a version or a variant that no UUID has. */
export const ODD_IDS = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '019a0f3e-7c1b-0d2a-9b61-3f5e8c2d4a10',
  '019a0f3e-7c1b-9d2a-9b61-3f5e8c2d4a10',
  '019a0f3e-7c1b-7d2a-7b61-3f5e8c2d4a10',
  '019a0f3e-7c1b-7d2a-cb61-3f5e8c2d4a10',
];
