/** The passwords that attackers try first. */
export interface CommonPasswords {
  /** Asked with the password in lower case. Takes no time worth waiting for. */
  has(password: string): boolean;
}
