/** The list of passwords that attackers try first. */
export interface CommonPasswords {
  /** @param password in lower case */
  has(password: string): boolean;
}
