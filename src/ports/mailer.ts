export type Mail = Readonly<{ to: string; subject: string; text: string; html: string }>;

/** The mail transport. */
export interface Mailer {
  /**
   * Sends `mail`. May take half an hour, as SMTP allows.
   * @param id identifies the email, so that a transport can drop a second copy
   * @throws {PortError} mail.unavailable: temporary; retry later
   * @throws {PortError} mail.refused: permanent for this email
   */
  send(mail: Mail, id: string): Promise<void>;
}
