/** Says what the JWT is for (RFC 8725, 3.11), so that nothing else that we may sign some day passes for a license file. */
export const LICENSE_FILE_TYPE = 'license+jwt';
