/** No id is less: the first page is the one after this, so that every page is one and the same question to the index. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';
